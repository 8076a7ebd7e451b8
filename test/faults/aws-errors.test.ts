import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { AWS_ERRORS, type AwsError, type Kind } from "./aws-errors.ts";
import { AWS_CALLS, type AwsCall, strikeAws } from "./calls.ts";
import { firstTime, play } from "./play.ts";
import { type Columns, FAULTLESS, row } from "./scene.ts";

const DONE = { code: "", says: /^Apply complete/m };
const UNOBSERVED: Columns = ["report ObservationFailed failed", "none", "no secret", "none", 1];
const NO_SECRET: Columns = ["create Missing failed", "none", "no secret", "none", 1];
const EMPTY: Columns = ["create Missing failed", "none", "empty", "none", 1];
const RENEWAL_OPEN: Columns = ["rotate Renewing failed", "2", "2", "open", 1];
const KEPT = (result: "failed" | "skipped"): Columns => [
  `delete Superseded ${result}, keep Healthy`,
  "2 3",
  "3 after 2",
  "fulfilled",
  result === "failed" ? 1 : 0,
];
const NOT_SHOWN = { code: "ERR_SECRET_NOT_FOUND", says: /not there, or AWS does not show it yet/ };
const UNSEEN = { code: "", says: /^Warning: Not all secrets can be listed[\s\S]*^Apply complete/m };
const UNKNOWN_PUT = {
  code: "ERR_PUT_UNKNOWN",
  says: /nobody knows whether the secret \S+ took the new token/,
};

/** A call, errors, and what is left when that call meets nothing else. The first line that fits counts. */
type Line = readonly [AwsCall, readonly Kind[] | RegExp, Columns, Partial<AwsError>?];

const ANY = /^/;
const GONE = /^ResourceNotFound/;
/** It was carried out, but the answer does not say so. */
const CARRIED_OUT = /^200/;
const LEFT: readonly Line[] = [
  ["ListSecrets", ["denied", "refused"], FAULTLESS.due, UNSEEN],
  ["ListSecrets", ANY, ["", "2", "2", "fulfilled", 1]],
  ["DescribeSecret", GONE, EMPTY, NOT_SHOWN],
  ["DescribeSecret", ANY, UNOBSERVED],
  ["DescribeSecret again", GONE, EMPTY, NOT_SHOWN],
  ["DescribeSecret again", ANY, NO_SECRET],
  [
    "CreateSecret",
    /^ResourceExists/,
    NO_SECRET,
    { code: "ERR_SECRET_UNAVAILABLE", says: /exists, but cannot be described yet/ },
  ],
  ["CreateSecret", CARRIED_OUT, EMPTY],
  ["CreateSecret", ANY, NO_SECRET],
  ["DescribeSecret after CreateSecret", GONE, EMPTY, NOT_SHOWN],
  ["DescribeSecret after CreateSecret", ANY, EMPTY],
  // What AWS answers to it holds nothing that could be looked at.
  ["TagResource", /^200 with other JSON/, FAULTLESS.due, DONE],
  ["TagResource", CARRIED_OUT, RENEWAL_OPEN],
  ["TagResource", ANY, ["rotate Renewing failed", "2", "2", "fulfilled", 1]],
  // The undo cannot be noted either, as that too describes first.
  ["DescribeSecret before the put", GONE, RENEWAL_OPEN, NOT_SHOWN],
  ["DescribeSecret before the put", ANY, RENEWAL_OPEN],
  // A describe shows that the put was carried out.
  ["PutSecretValue", CARRIED_OUT, FAULTLESS.nothing, DONE],
  ["PutSecretValue", ["unknown"], ["create Missing failed", "2", "empty", "open", 1], UNKNOWN_PUT],
  ["PutSecretValue", ANY, ["create Missing failed", "none", "empty", "undone", 1]],
  ["PutSecretValue of a renewal", CARRIED_OUT, FAULTLESS.due, DONE],
  [
    "PutSecretValue of a renewal",
    ["unknown"],
    ["rotate Renewing failed", "2 3", "2", "open", 1],
    UNKNOWN_PUT,
  ],
  ["PutSecretValue of a renewal", ANY, ["rotate Renewing failed", "2", "2", "undone", 1]],
  ["DescribeSecret before a DELETE", GONE, KEPT("skipped"), DONE],
  ["DescribeSecret before a DELETE", ANY, KEPT("failed")],
  ["ListSecretVersionIds", ANY, ["report ObservationFailed failed", "2", "empty", "open", 1]],
];

const lineOf = (call: AwsCall, { name, kind }: AwsError): Line => {
  const line = LEFT.find(
    ([where, errors]) =>
      where === call && (errors instanceof RegExp ? errors.test(name) : errors.includes(kind)),
  );
  if (line === undefined) throw new Error(`no line for ${name} at ${call}`);
  return line;
};

const CALLS = Object.keys(AWS_CALLS) as AwsCall[];

beforeEach(() => {
  // The SDK sleeps for random parts of real seconds between its attempts: for none of them here.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

describe.each(CALLS)("%s, answered for good by", (call) => {
  const isFirst = firstTime();
  const rows = AWS_ERRORS.map((error) => {
    const [, , columns, instead] = lineOf(call, error);
    const putsRight = isFirst(`${error.kind} ${columns}`);
    return { title: row(error.name, columns), columns, putsRight, error: { ...error, ...instead } };
  });
  it.each(rows)("$title", ({ columns, putsRight, error: { fault, code, says } }) =>
    play({
      start: AWS_CALLS[call].start,
      spoil: (world) => strikeAws(world, call, { ...fault }),
      columns,
      says,
      code,
      putsRight,
    }),
  );
});

describe.each(CALLS)("%s, answered once by", (call) => {
  const { start } = AWS_CALLS[call];
  const passing = AWS_ERRORS.filter(({ name, kind }) =>
    call.startsWith("Put") ? kind === "throttled" : /^ThrottlingE|^429|^500|^503|reset/.test(name),
  );
  const rows = passing.map(({ name, fault }) => ({
    title: row(name, FAULTLESS[start]),
    fault,
    putsRight: name === passing[0]?.name,
  }));
  it.each(rows)("$title", ({ fault, putsRight }) =>
    play({
      start,
      spoil: (world) => strikeAws(world, call, { ...fault, times: 1 }),
      columns: FAULTLESS[start],
      ...DONE,
      putsRight,
    }),
  );
});
