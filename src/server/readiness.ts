import { SECOND } from "../model/duration.ts";
import type { RotatorErrorCode } from "../model/errors.ts";
import { takesPart } from "../model/fleet.ts";
import type { Overview } from "../model/overview.ts";
import { count, dateTime } from "../model/words.ts";

export interface NotReady {
  readonly code:
    | "NoPassYet"
    | "PassStale"
    | "PassFailed"
    | "GitLabUnavailable"
    | "StoreUnavailable"
    | "RedisUnavailable";
  readonly message: string;
}

/** How many ticks may go by without a pass. */
const TICKS = 2;

const GITLAB_OUTAGE = new Set<RotatorErrorCode>([
  "ERR_GITLAB_UNAVAILABLE",
  "ERR_GITLAB_UNAUTHORIZED",
  "ERR_GITLAB_RATE_LIMITED",
  "ERR_GITLAB_RESPONSE_INVALID",
]);
const STORE_OUTAGE = new Set<RotatorErrorCode>([
  "ERR_SECRET_UNAVAILABLE",
  "ERR_SECRET_CREDENTIALS",
  "ERR_SECRET_THROTTLED",
  "ERR_SECRET_ACCESS_DENIED",
]);

/** Since when there has been no pass that should have been; absent when there is nothing to complain of. */
export const staleSince = ({ status, interval }: Overview, now: Date): Date | undefined =>
  status !== undefined && now.getTime() - status.at.getTime() > TICKS * interval ? status.at : undefined;

/** A Redis that restarts is back by then. */
const REDIS_AWAY = 30 * SECOND;

const redisAway = ({ fleet }: Overview, now: Date): readonly NotReady[] =>
  fleet?.lostSince !== undefined && now.getTime() - fleet.lostSince.getTime() > REDIS_AWAY
    ? [
        {
          code: "RedisUnavailable",
          message: `Redis gives no answer since ${dateTime(fleet.lostSince)}: the fleet makes no passes.`,
        },
      ]
    : [];

export interface Note {
  readonly code: "PolicyNotInForce";
  readonly message: string;
}

/**
 * What people should know, though it is no reason to call the process not ready: a rolling update waits for each new
 * replica to be ready, and it would wait for ever for the first ones, whose policy is not in force yet.
 */
export const readinessNotes = ({ fleet }: Overview): readonly Note[] =>
  fleet !== undefined && takesPart(fleet) === false
    ? [
        {
          code: "PolicyNotInForce",
          message:
            "Most replicas have another policy: this one takes no part in passes until most have its own.",
        },
      ]
    : [];

/** Why the process should not be relied on; empty when it may. */
export const notReadyBecause = (overview: Overview, now: Date): readonly NotReady[] => {
  const [last] = overview.passes;
  const failed: NotReady[] = [
    ...redisAway(overview, now),
    ...(last?.error === undefined
      ? []
      : [{ code: "PassFailed" as const, message: `The last pass did not take place: ${last.error}` }]),
  ];
  if (overview.status === undefined)
    return [...failed, { code: "NoPassYet", message: "No pass has come to an end yet." }];
  const stale = staleSince(overview, now);
  return [
    ...failed,
    ...(stale === undefined
      ? []
      : [
          {
            code: "PassStale" as const,
            message: `The last pass ended ${dateTime(stale)}, longer ago than twice the schedule.`,
          },
        ]),
    ...outages(overview.status.lineages.map(({ error }) => error?.code)),
  ];
};

/** A system is out when something failed because of it and nothing got through: one 502 among many is no outage. */
const outages = (codes: readonly (RotatorErrorCode | undefined)[]): readonly NotReady[] => {
  const failed = (outage: ReadonlySet<RotatorErrorCode>): number =>
    codes.filter((code) => code !== undefined && outage.has(code)).length;
  const [gitlab, store] = [failed(GITLAB_OUTAGE), failed(STORE_OUTAGE)];
  if (gitlab + store < codes.length) return [];
  const said = (code: NotReady["code"], system: string, failures: number): NotReady[] =>
    failures === 0
      ? []
      : [
          {
            code,
            message: `In the last pass ${system} failed for ${count(failures, "token")}, and for none did everything work.`,
          },
        ];
  return [
    ...said("GitLabUnavailable", "GitLab", gitlab),
    ...said("StoreUnavailable", "the secret store", store),
  ];
};
