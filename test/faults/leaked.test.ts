import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import type { FaultRule as GitLabRule } from "../support/http/faults.ts";
import type { PassWorld, Ways } from "../support/pass-world.ts";
import type { FaultRule as AwsRule } from "../support/secrets-manager/faults.ts";
import { type AwsPlace, type GitLabPlace, strikeAws, strikeGitLab } from "./calls.ts";
import { GITLAB_ERRORS } from "./gitlab-errors.ts";
import { play } from "./play.ts";
import { type Columns, endFaults, FAULTLESS, leaves, passOnce, row } from "./scene.ts";

const start = "leaked";
const PROJECT = /^\/api\/v4\/projects\/:id$/;
const TOKENS = /\/deploy_tokens$/;
const get = (route: RegExp, nth = 1): GitLabPlace => ({ start, method: "GET", route, nth });
const GITLAB: Readonly<Record<string, GitLabPlace>> = {
  resolve: get(PROJECT),
  list: get(TOKENS),
  "list again": get(TOKENS, 2),
  POST: { start, method: "POST", route: TOKENS },
  "place to log in": get(PROJECT, 2),
  "log in": get(/^\/jwt\/auth$/),
  "list after the put": get(TOKENS, 3),
  "list before the DELETE": get(TOKENS, 4),
  DELETE: { start, method: "DELETE", route: /:token_id$/ },
};
const describeNth = (nth: number): AwsPlace => ({ start, operation: "DescribeSecret", nth });
const AWS: Readonly<Record<string, AwsPlace>> = {
  ListSecrets: { start, operation: "ListSecrets" },
  DescribeSecret: describeNth(1),
  "DescribeSecret again": describeNth(2),
  TagResource: { start, operation: "TagResource" },
  "DescribeSecret before the put": describeNth(3),
  PutSecretValue: { start, operation: "PutSecretValue" },
  "DescribeSecret after the put": describeNth(4),
  "DescribeSecret before the DELETE": describeNth(5),
};

type Fault = Omit<GitLabRule, "match">;
type Found = readonly [name: string, fault: Fault, says: RegExp];
const ALWAYS = Number.POSITIVE_INFINITY;
const ERRORS: readonly Found[] = GITLAB_ERRORS.filter(({ name }) =>
  /^400 name|^401 rev|^403|^404 (?:project|token)|^429 Rack|^500|^503/.test(name),
).map(({ name, fault, says }) => [name, { ...fault, times: ALWAYS }, says]);
const BROKE: Found = [
  "every answer is lost",
  { after: "reset", times: ALWAYS },
  /connection to GitLab broke/,
];
const HANGS: Found = ["every one hangs", { before: "hang", times: ALWAYS }, /did not answer in time/];

/** Nothing is noted, so no pass will do it: whoever asked is told. */
const LIVES_ON = /The leaked token is NOT replaced: it still works\. Run this again, or delete/;
const NOT_YET = /The leaked token is NOT deleted yet: the next pass does it, or delete it in GitLab now/;
const DELETED = /^Next: The leaked token is deleted\. .* must read it again now/m;

const UNREAD: Columns = ["report TargetFailed failed", "2", "2", "fulfilled", 1];
const NO_PASS: Columns = ["", "2", "2", "fulfilled", 1];
const UNNOTED: Columns = ["rotate Leaked failed", "2", "2", "fulfilled", 1];
const UNDONE: Columns = ["rotate Leaked failed", "2", "2", "undone", 1];
const OPEN: Columns = ["rotate Leaked failed", "2", "2", "open", 1];
const STRAY: Columns = ["rotate Leaked failed", "2 3", "2", "open", 1];
const UNSEEN: Columns = ["rotate Leaked done, report Leaked failed", "2 3", "3 after 2", "fulfilled", 1];
const KEPT: Columns = ["rotate Leaked done, delete Superseded failed", "2 3", "3 after 2", "fulfilled", 1];
const BELIEVED: Columns = [FAULTLESS.leaked[0], "2 3", "3 after 2", "fulfilled", 0];
const LAST_LOST: Columns = [KEPT[0], "3", "3 after 2", "fulfilled", 1];

/** A call, errors, and what is left when that call meets nothing else. The first line that fits counts. */
const LEFT: readonly (readonly [call: string, errors: RegExp, Columns, instead?: RegExp])[] = [
  ["resolve", /^/, UNREAD],
  ["list", /^/, NO_PASS],
  ["list again", /^/, UNNOTED],
  ["POST", /^5|hangs/, OPEN],
  ["POST", /lost/, STRAY],
  ["POST", /^/, UNDONE],
  ["place to log in", /^/, UNDONE],
  // As from a registry that is switched off.
  ["log in", /^403 (?:scope|role)|^404/, FAULTLESS.leaked, DELETED],
  ["log in", /^401/, UNDONE, /new deploy token .* does not work/],
  // The words of a log-in's answer are never shown: they may quote the token.
  ["log in", /^400|^429/, UNDONE, /GitLab answered 4\d\d to GET \/jwt\/auth/],
  ["log in", /^/, UNDONE],
  ["list after the put", /^/, UNSEEN],
  ["list before the DELETE", /^/, KEPT],
  ["DELETE", /^404 token/, BELIEVED, DELETED],
  ["DELETE", /lost/, LAST_LOST],
  ["DELETE", /^/, KEPT],
];

/** What of the leaked token is told: it is the one thing that whoever asked wants to know. */
const fate = ([did]: Columns): RegExp => (did.startsWith("rotate Leaked done") ? NOT_YET : LIVES_ON);

/** Before the record says that it has leaked, only a person can see to it. */
const needsPerson = (columns: Columns): boolean => [UNREAD, NO_PASS, UNNOTED].includes(columns);

const played = (columns: Columns, says: RegExp, spoil: (world: PassWorld) => void, ways?: Ways) =>
  play({
    start,
    spoil,
    columns,
    says,
    ...(ways && { ways }),
    ...(columns[4] === 1 && columns !== NO_PASS && { saysToo: fate(columns) }),
    // Asked again, as the terminal says.
    ...(needsPerson(columns) && {
      mend: async (world: PassWorld) => {
        endFaults(world);
        expect((await passOnce(world, start)).left).toEqual(leaves(FAULTLESS.leaked));
      },
    }),
  });

const SHORT = milliseconds(800);
const WAYS: Ways = { gitlabTimeouts: { connect: SHORT, headers: SHORT, body: SHORT } };

describe.each(Object.entries(GITLAB))("%s of rotate --leaked:", (call, place) => {
  const rows = [...ERRORS, BROKE].map(([name, fault, says]) => {
    const [, , columns, instead] = LEFT.find(([at, errors]) => at === call && errors.test(name)) ?? [];
    if (columns === undefined) throw new Error(`no line for ${name} at ${call}`);
    return { title: row(name, columns), columns, says: instead ?? says, fault };
  });
  it.each(rows)("$title", ({ columns, says, fault }) =>
    played(columns, says, (world) => strikeGitLab(world, place, fault)),
  );
  it.skipIf(call === "POST")(row("one answer is lost", FAULTLESS.leaked), () =>
    played(FAULTLESS.leaked, DELETED, (world) => strikeGitLab(world, place, { after: "reset" })),
  );
});

// Waiting costs nothing while others wait too.
describe.concurrent("GitLab never answers", () => {
  const [name, fault, says] = HANGS;
  it.each(
    Object.entries(GITLAB).map(([call, place]) => {
      const [, , columns = KEPT] = LEFT.find(([at, errors]) => at === call && errors.test(name)) ?? [];
      return { title: row(call, columns), place, columns };
    }),
  )("$title", ({ place, columns }) =>
    played(columns, says, (world) => strikeGitLab(world, place, fault), WAYS),
  );
});

const AWS_LEFT: readonly (readonly [call: string, errors: RegExp, Columns])[] = [
  ["ListSecrets", /denied/, FAULTLESS.leaked],
  ["ListSecrets", /^/, NO_PASS],
  ["DescribeSecret", /^/, NO_PASS],
  ["DescribeSecret again", /^/, UNNOTED],
  ["TagResource", /lost/, OPEN],
  ["TagResource", /^/, UNNOTED],
  ["DescribeSecret before the put", /^/, OPEN],
  ["PutSecretValue", /denied/, UNDONE],
  ["PutSecretValue", /500/, STRAY],
  // A describe shows that it was carried out.
  ["PutSecretValue", /lost/, FAULTLESS.leaked],
  ["DescribeSecret after the put", /^/, UNSEEN],
  ["DescribeSecret before the DELETE", /^/, KEPT],
];
const AWS_ERRORS: readonly (readonly [string, Pick<AwsRule, "before" | "after">, RegExp])[] = [
  ["denied", { before: { error: "AccessDeniedException", message: "not authorized" } }, /IAM policy/],
  ["500", { before: { error: "InternalServiceError", message: "x", status: 500 } }, /Check the network/],
  ["every answer lost", { after: "reset" }, /Check the network/],
];

describe.each(Object.entries(AWS))("%s of rotate --leaked:", (call, place) => {
  beforeEach(() => {
    // The SDK sleeps for random parts of real seconds between its attempts: for none of them here.
    vi.spyOn(Math, "random").mockReturnValue(0);
  });
  afterEach(() => vi.restoreAllMocks());
  const rows = AWS_ERRORS.map(([name, fault, says]) => {
    const [, , columns = KEPT] = AWS_LEFT.find(([at, errors]) => at === call && errors.test(name)) ?? [];
    return { title: row(name, columns), fault, columns, says: columns[4] === 0 ? DELETED : says };
  });
  it.each(rows)("$title", ({ fault, columns, says }) =>
    played(columns, says, (world) => strikeAws(world, place, { ...fault })),
  );
});
