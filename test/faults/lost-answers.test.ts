import { describe, it } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import type { FaultRule as GitLabFault } from "../support/http/faults.ts";
import type { FaultRule as AwsFault } from "../support/secrets-manager/faults.ts";
import { AWS_CALLS, type AwsCall, GITLAB_CALLS, type GitLabCall, strikeAws, strikeGitLab } from "./calls.ts";
import { play } from "./play.ts";
import { type Columns, FAULTLESS, row } from "./scene.ts";

/** Short enough to be waited for, and long enough for a machine that is busy with other things. */
const SHORT = milliseconds(800);
const WAYS = {
  gitlabTimeouts: { connect: SHORT, headers: SHORT, body: SHORT },
  awsTimeouts: { connection: SHORT, request: SHORT },
};
const ALWAYS = Number.POSITIVE_INFINITY;
const MADE: Columns = ["create Missing failed", "2", "empty", "open", 1];
const RENEWED: Columns = ["rotate Renewing failed", "2 3", "2", "open", 1];
const UNSENT: Columns = ["create Missing failed", "none", "empty", "open", 1];
const UNDONE: Columns = ["rotate Renewing failed", "2", "2", "undone", 1];
const bad = (status: number): Pick<GitLabFault, "after"> => ({
  after: { respond: { status, headers: { "Content-Type": "text/html" }, body: "<html>Oh no</html>" } },
});
const NOT_IN_TIME = /did not answer in time/;
const BROKE = /connection to GitLab broke/;
const LOST = /nobody knows whether the secret/;
const SUMS = /^Apply complete/m;

type Row<Call, Fault> = readonly [string, Call, Fault, Columns, RegExp];

const GITLAB: readonly Row<GitLabCall, Omit<GitLabFault, "match">>[] = [
  ["the answer to a POST is lost", "POST", { after: "reset" }, MADE, BROKE],
  ["the answer to a POST is lost", "POST of a renewal", { after: "reset" }, RENEWED, BROKE],
  ["the answer to a POST is cut short", "POST", { after: "truncate" }, MADE, BROKE],
  ["the answer to a POST stops half-way", "POST of a renewal", { after: "stall" }, RENEWED, NOT_IN_TIME],
  ["the answer to a POST never comes", "POST of a renewal", { after: "hang" }, RENEWED, NOT_IN_TIME],
  ["a POST hangs and is not carried out", "POST", { before: "hang" }, UNSENT, NOT_IN_TIME],
  ["a proxy answers a POST with 502", "POST", bad(502), MADE, /answered 502/],
  ["a proxy answers a POST with 201 and HTML", "POST of a renewal", bad(201), RENEWED, /not JSON/],
  ["the answer to a DELETE is lost", "DELETE", { after: "reset" }, FAULTLESS.superseded, SUMS],
  ["the answer to a DELETE never comes", "DELETE", { after: "hang" }, FAULTLESS.superseded, SUMS],
  ["a proxy answers a DELETE with 502", "DELETE", bad(502), FAULTLESS.superseded, SUMS],
  [
    "every answer to a DELETE is lost",
    "DELETE",
    { after: "reset", times: ALWAYS },
    ["delete Superseded failed, keep Healthy", "3", "3 after 2", "fulfilled", 1],
    BROKE,
  ],
  [
    "every DELETE hangs",
    "DELETE",
    { before: "hang", times: ALWAYS },
    ["delete Superseded failed, keep Healthy", "2 3", "3 after 2", "fulfilled", 1],
    NOT_IN_TIME,
  ],
  ["a list never comes", "list", { before: "hang" }, FAULTLESS.due, SUMS],
  ["a list stops half-way", "list", { after: "stall" }, FAULTLESS.due, SUMS],
  ["a list is cut short", "list again", { after: "truncate" }, FAULTLESS.due, SUMS],
  ["a log-in hangs", "log in", { before: "hang" }, FAULTLESS.due, SUMS],
  ["every log-in hangs", "log in", { before: "hang", times: ALWAYS }, UNDONE, NOT_IN_TIME],
  ["every log-in is cut short", "log in", { after: "truncate", times: ALWAYS }, UNDONE, BROKE],
];

const AWS: readonly Row<AwsCall, Omit<AwsFault, "match" | "skip">>[] = [
  [
    "the answer to a CreateSecret is lost",
    "CreateSecret",
    { after: "reset", times: 1 },
    FAULTLESS.nothing,
    SUMS,
  ],
  [
    "the answer to a CreateSecret never comes",
    "CreateSecret",
    { after: "hang", times: 1 },
    FAULTLESS.nothing,
    SUMS,
  ],
  [
    "every answer to a CreateSecret is lost",
    "CreateSecret",
    { after: "reset" },
    ["create Missing failed", "none", "empty", "none", 1],
    /secretsmanager:CreateSecret failed/,
  ],
  ["the answer to a TagResource is lost", "TagResource", { after: "reset", times: 1 }, FAULTLESS.due, SUMS],
  [
    "the answer to a TagResource stops half-way",
    "TagResource",
    { after: "stall", times: 1 },
    FAULTLESS.due,
    SUMS,
  ],
  [
    "every answer to a TagResource is lost",
    "TagResource",
    { after: "reset" },
    ["rotate Renewing failed", "2", "2", "open", 1],
    /secretsmanager:TagResource failed/,
  ],
  ["the answer to a put is lost", "PutSecretValue", { after: "reset" }, FAULTLESS.nothing, SUMS],
  ["the answer to a put never comes", "PutSecretValue of a renewal", { after: "hang" }, FAULTLESS.due, SUMS],
  [
    "the answer to a put stops half-way",
    "PutSecretValue of a renewal",
    { after: "stall" },
    FAULTLESS.due,
    SUMS,
  ],
  ["a put hangs and is not carried out", "PutSecretValue of a renewal", { before: "hang" }, RENEWED, LOST],
  [
    "a describe never comes",
    "DescribeSecret before a DELETE",
    { before: "hang", times: 1 },
    FAULTLESS.superseded,
    SUMS,
  ],
  ["a ListSecrets stops half-way", "ListSecrets", { after: "stall", times: 1 }, FAULTLESS.due, SUMS],
  [
    "every ListSecrets hangs",
    "ListSecrets",
    { before: "hang" },
    ["", "2", "2", "fulfilled", 1],
    /ListSecrets failed/,
  ],
];

// Waiting costs nothing while others wait too.
describe.concurrent("GitLab", () => {
  it.each(
    GITLAB.map(([fault, call, ...rest]) => [row(`${fault} (${call})`, rest[1]), call, ...rest] as const),
  )("%s", (_, call, fault, columns, says) =>
    play({
      start: GITLAB_CALLS[call].start,
      ways: WAYS,
      spoil: (world) => strikeGitLab(world, call, fault),
      columns,
      says,
    }),
  );
});

describe.concurrent("Secrets Manager", () => {
  it.each(AWS.map(([fault, call, ...rest]) => [row(`${fault} (${call})`, rest[1]), call, ...rest] as const))(
    "%s",
    (_, call, fault, columns, says) =>
      play({
        start: AWS_CALLS[call].start,
        ways: WAYS,
        spoil: (world) => strikeAws(world, call, fault),
        columns,
        says,
      }),
  );
});
