import type { DoctorCheck } from "../model/doctor.ts";
import type { FleetLook } from "../model/fleet.ts";
import { count } from "../model/words.ts";
import { fail, pass, textOf, warn } from "./doctor-check.ts";
import type { Asked } from "./doctor-token.ts";

/** Of the Redis or Valkey that a fleet works by. */
export interface RedisSight {
  readonly version: string | undefined;
  /** `maxmemory-policy`. */
  readonly whenFull: string | undefined;
  /** A copy, which takes no writes. */
  readonly isReplica: boolean;
  readonly fleet: Pick<FleetLook, "name" | "redis" | "replicas" | "policyInForce" | "policy">;
}

/** Scripts that read the clock and then write came with 5; what BullMQ sends, with 6.2. */
const OLDEST = [6, 2] as const;

const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
};

/** What Redis itself says begins with a word in capitals: `NOPERM`, `WRONGPASS`. */
const sentence = (text: string): string =>
  `${/^[A-Z]{3,} /.test(text) ? "Redis refuses: " : ""}${text.replace(/\.$/, "")}`;

/** `engine: bullmq`: whether a fleet can work by this Redis, and by which policy it does. */
export const judgeRedis = (asked: Asked<RedisSight>): readonly DoctorCheck[] => {
  if ("error" in asked)
    return [
      fail(
        "redis",
        `${sentence(textOf(asked.error))}.`,
        "See that REDIS_URL (or engine.url) names a Redis or Valkey that can be reached from here, with a user that may run scripts.",
      ),
    ];
  const { version, whenFull, isReplica, fleet } = asked.value;
  const problems = [
    ...(isReplica
      ? [
          fail(
            "redis",
            `${fleet.redis} is a replica of another Redis, and takes no writes.`,
            "Let REDIS_URL (or engine.url) name the primary.",
          ),
        ]
      : []),
    ...(version !== undefined && isTooOld(version)
      ? [
          fail(
            "redis",
            `${fleet.redis} is a Redis ${version}.`,
            "Use Redis 6.2 or later, or Valkey: BullMQ needs it.",
          ),
        ]
      : []),
    ...(whenFull !== undefined && whenFull !== "noeviction"
      ? [
          warn(
            "redis",
            `${fleet.redis} drops keys when its memory is full (maxmemory-policy ${whenFull}): a pass under way may be lost with them, and the next tick begins another.`,
            "Set maxmemory-policy to noeviction.",
          ),
        ]
      : []),
    ...otherPolicy(fleet),
  ];
  if (problems.length > 0) return problems;
  const what =
    version === undefined ? "answers and runs scripts" : `(Redis ${version}) answers and runs scripts`;
  return [
    pass(
      "redis",
      `${fleet.redis} ${what}; the fleet ${fleet.name} has ${count(fleet.replicas.length, "replica")}.`,
    ),
  ];
};

const otherPolicy = ({
  name,
  replicas,
  policyInForce,
  policy,
}: RedisSight["fleet"]): readonly DoctorCheck[] =>
  policyInForce === undefined || policyInForce === policy
    ? []
    : [
        warn(
          "redis",
          `The fleet ${name} (${count(replicas.length, "replica")}) works by another policy than this one, so a replica with this one would take no part.`,
          "Give every replica the same policy file and the same address of GitLab; a new one counts once half of them have it.",
        ),
      ];
