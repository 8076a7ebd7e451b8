import { z } from "zod";
import { SEVERITIES } from "../model/digest.ts";
import { choice, list, mapping, text } from "./fields.ts";
import * as check from "./text-checks.ts";

export const RECEIVER_TYPES = ["slack", "webhook", "sns"] as const;

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;
const NAME_EXPECTED = "a name of 1 to 64 letters, digits, spaces and . _ -";

/** Upper case only: what looks like a value that somebody pasted must not end up in a message as a name. */
export const ENV_NAME = /^[A-Z_][A-Z0-9_]{0,127}$/;

// What these hold may be a secret that somebody pasted: the rules check it, and never repeat it.
const unchecked = (expected: string) => z.string({ error: expected });

const envName = (what: string, example: string) =>
  unchecked("the name of an environment variable")
    .nullish()
    .meta({ description: what, examples: [example], pattern: ENV_NAME.source });

const filePath = (what: string, example: string) =>
  unchecked("a file's path")
    .nullish()
    .meta({ description: what, examples: [example] });

const TOPIC = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
const TOPIC_EXPECTED = "an SNS topic's ARN, e.g. arn:aws:sns:eu-west-1:123456789012:deploy-tokens";

export const topicRegion = (arn: string): string => TOPIC.exec(arn)?.[1] ?? "";

const only = (required: readonly string[], forbidden: readonly string[]) => ({
  ...(required.length === 1 ? { required } : { oneOf: required.map((key) => ({ required: [key] })) }),
  properties: Object.fromEntries(forbidden.map((key) => [key, { type: "null" }])),
});

const when = (type: (typeof RECEIVER_TYPES)[number], then: object) => ({
  if: { properties: { type: { const: type } }, required: ["type"] },
  then,
});

export const receiver = mapping("such as { type: slack, url_env: SLACK_WEBHOOK_URL }", {
  type: choice(RECEIVER_TYPES).meta({
    description:
      "slack: an incoming webhook of Slack, Mattermost or Rocket.Chat. webhook: JSON. sns: Amazon SNS.",
  }),
  name: text(NAME_EXPECTED, (value) => (NAME.test(value) ? undefined : NAME_EXPECTED))
    .nullish()
    .meta({
      description: "For logs and `notify --test`. Default: the type, numbered where there are several.",
      examples: ["on-call"],
    }),
  min_severity: choice(SEVERITIES).nullish().meta({
    description: "info: what went well too. warning: what needs someone. critical: what needs someone today.",
    default: "warning",
  }),
  targets: list(
    text('a glob over full paths, e.g. "platform/**"', check.checkPathGlob),
    "a list of globs over full paths",
  )
    .nullish()
    .meta({
      description:
        "Only tokens of these projects and groups, and nothing of the rotator as a whole. Default: everything.",
      examples: [["platform", "platform/**"]],
    }),
  url: unchecked("a URL, e.g. https://hooks.example.com/rotation")
    .nullish()
    .meta({
      description: "webhook only. Where nothing in it is secret; otherwise url_env or url_file.",
      examples: ["https://hooks.example.com/rotation"],
    }),
  url_env: envName("slack and webhook. The environment variable that holds the URL.", "SLACK_WEBHOOK_URL"),
  url_file: filePath(
    "slack and webhook. The file that holds the URL, relative to this one.",
    "/run/secrets/slack-webhook-url",
  ),
  secret_env: envName(
    "webhook only. The environment variable that holds the secret that signs what is sent.",
    "ROTATOR_WEBHOOK_SECRET",
  ),
  secret_file: filePath(
    "webhook only. The file that holds the secret that signs what is sent, relative to this one.",
    "/run/secrets/webhook-secret",
  ),
  topic_arn: text(TOPIC_EXPECTED, (value) => (TOPIC.test(value) ? undefined : TOPIC_EXPECTED))
    .nullish()
    .meta({
      description: "sns only.",
      examples: ["arn:aws:sns:eu-west-1:123456789012:deploy-tokens"],
    }),
  region: text(check.REGION_EXPECTED, check.checkRegion)
    .nullish()
    .meta({ description: "sns only. Default: the topic's.", examples: ["eu-west-1"] }),
}).meta({
  allOf: [
    when("slack", only(["url_env", "url_file"], ["url", "secret_env", "secret_file", "topic_arn", "region"])),
    when("webhook", only(["url", "url_env", "url_file"], ["topic_arn", "region"])),
    when("sns", only(["topic_arn"], ["url", "url_env", "url_file", "secret_env", "secret_file"])),
  ],
});

export type WrittenReceiver = z.infer<typeof receiver>;
