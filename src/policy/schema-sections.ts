import { z } from "zod";
import { DAY } from "../model/duration.ts";
import {
  choice,
  duration,
  durationUnder,
  mapping,
  positiveNumber,
  shortText,
  text,
  wholeNumber,
} from "./fields.ts";
import * as check from "./text-checks.ts";

export const gitlab = mapping("with url", {
  url: text(check.URL_EXPECTED, check.checkUrl)
    .nullish()
    .meta({
      description: "GitLab's URL. The environment variable GITLAB_BASE_URL overrides it.",
      examples: ["https://gitlab.example.com"],
    }),
  instance: text(check.INSTANCE_EXPECTED, check.checkInstance)
    .nullish()
    .meta({
      description:
        "This GitLab's name in our tags, where it has several URLs. Default: the URL's host, port and root.",
      examples: ["gitlab.example.com"],
    }),
});

const KEY = /^[A-Za-z0-9:/_+=,.@-]{1,2048}$/;
const KEY_EXPECTED = "a KMS key's id, ARN or alias such as alias/ci";

export const store = mapping("such as { type: aws-secrets-manager } or { type: file, path: ./secrets }", {
  type: choice(["aws-secrets-manager", "file"]).meta({ description: "Where tokens are stored." }),
  region: text(check.REGION_EXPECTED, check.checkRegion)
    .nullish()
    .meta({
      description: "aws-secrets-manager only. Default: AWS_REGION.",
      examples: ["eu-west-1"],
    }),
  kms_key_id: text(KEY_EXPECTED, (value) => (KEY.test(value) ? undefined : KEY_EXPECTED))
    .nullish()
    .meta({
      description:
        "aws-secrets-manager only. The key for new secrets. Default: the account's aws/secretsmanager key.",
      examples: ["alias/ci"],
    }),
  path: text("a folder such as ./secrets")
    .nullish()
    .meta({
      description: "file only. A folder, relative to this file.",
      examples: ["./secrets"],
    }),
  tags: z
    .record(z.string(), z.string({ error: "text" }).nullish(), { error: "a mapping of tags to text" })
    .nullish()
    .meta({ description: "Tags for new secrets, beside our own.", examples: [{ team: "platform" }] }),
}).meta({
  if: { properties: { type: { const: "file" } }, required: ["type"] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword in data that nobody awaits
  then: {
    required: ["path"],
    properties: { path: { type: "string" }, region: { type: "null" }, kms_key_id: { type: "null" } },
  },
  else: { properties: { path: { type: "null" } } },
});

export const schedule = mapping("with cron", {
  cron: shortText("a cron expression", check.checkCron).meta({
    description: "When `run` starts a pass: five fields, or six with seconds first.",
    examples: ["17 3 * * *"],
  }),
  timezone: shortText("an IANA time zone, e.g. Europe/Berlin or UTC", check.checkTimezone)
    .nullish()
    .meta({
      description: "The zone in which cron is meant.",
      default: "UTC",
      examples: ["Europe/Berlin"],
    }),
  jitter: durationUnder(DAY, "a duration under 24h")
    .nullish()
    .meta({
      description: "Each pass starts up to this much later, at random.",
      default: "0s",
      examples: ["10m"],
    }),
});

export const limits = mapping("of limits", {
  concurrency: wholeNumber(1, 64)
    .nullish()
    .meta({ description: "Targets worked on at the same time.", default: 8 }),
  gitlab_requests_per_second: positiveNumber(10_000).nullish().meta({
    description: "Requests to GitLab per second, at most.",
    default: 25,
  }),
  max_rotations: wholeNumber(1, 1_000_000).nullish().meta({
    description: "Tokens created per pass, at most; the rest waits for the next pass, soonest expiry first.",
    default: 100,
  }),
});

export const safety = mapping("with rotation_deadline and stray_after", {
  rotation_deadline: duration().nullish().meta({
    description: "A rotation that takes longer is undone.",
    default: "5m",
  }),
  stray_after: duration().nullish().meta({
    description: "How long a rotation that did not end well is left alone: at least three deadlines.",
    default: "20m",
  }),
});

export const server = mapping("with listen", {
  listen: text(check.LISTEN_EXPECTED, check.checkListen).meta({
    description:
      "Where `run` serves metrics, health and the status page, without a password: keep it on loopback, or behind what asks for one.",
    pattern: check.LISTEN_PATTERN,
    examples: ["127.0.0.1:9464"],
  }),
});

export const engine = mapping("such as { type: local } or { type: bullmq, url: redis://127.0.0.1:6379 }", {
  type: choice(["local", "bullmq"]).meta({
    description:
      "local: each `run` is on its own. bullmq: all `run`s on one Redis or Valkey share each pass.",
  }),
  url: text(check.REDIS_EXPECTED, check.checkRedisUrl)
    .nullish()
    .meta({
      description:
        "bullmq only. Redis's URL, rediss:// for TLS. The environment variable REDIS_URL overrides it, and is where a password belongs.",
      examples: ["redis://redis.example.com:6379/0"],
    }),
  name: text(check.FLEET_EXPECTED, check.checkFleetName)
    .nullish()
    .meta({
      description:
        "bullmq only. The fleet's name: two fleets on one Redis need different ones. Default: gitlab.instance.",
      examples: ["gitlab.example.com"],
    }),
}).meta({
  if: { properties: { type: { const: "local" } }, required: ["type"] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword in data that nobody awaits
  then: { properties: { url: { type: "null" }, name: { type: "null" } } },
});

export type WrittenStore = z.infer<typeof store>;
