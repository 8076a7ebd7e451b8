import { describe, it } from "vitest";
import { DAY } from "../../src/model/duration.ts";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import { API, type PassWorld, SECRET } from "../support/pass-world.ts";
import { type AwsCall, type GitLabCall, strikeAws, strikeGitLab } from "./calls.ts";
import { play } from "./play.ts";
import { type Columns, FAULTLESS, row, type Start } from "./scene.ts";

type Happen = (world: PassWorld) => void;

/** As the call arrives, before it is carried out. */
const at =
  (call: GitLabCall, happen: Happen): Happen =>
  (world) =>
    strikeGitLab(world, call, { onArrival: () => happen(world) });
const atAws =
  (call: AwsCall, happen: Happen): Happen =>
  (world) =>
    strikeAws(world, call, { times: 1, onArrival: () => happen(world) });

const revoke: Happen = ({ gitlab }) => gitlab.world.updatePersonalAccessToken(1, { revoked: true });
const allow: Happen = ({ gitlab }) => gitlab.world.updatePersonalAccessToken(1, { revoked: false });
const demote: Happen = ({ gitlab }) => gitlab.world.updatePersonalAccessToken(1, { roles: { platform: 30 } });
const promote: Happen = ({ gitlab }) => gitlab.world.updatePersonalAccessToken(1, { roles: undefined });
const move: Happen = ({ gitlab }) => gitlab.world.moveProject(API.path, "platform/moved");
const moveBack: Happen = ({ gitlab }) => gitlab.world.moveProject("platform/moved", API.path);
const archive: Happen = ({ gitlab }) => gitlab.world.updateProject(API.path, { archived: true });
const remove =
  (id: number): Happen =>
  ({ gitlab }) =>
    gitlab.world.deleteDeployToken(id);
const make: Happen = (world) => {
  const expiresAt = new Date(world.now() + 300 * DAY);
  world.gitlab.world.addDeployToken(API, { name: "registry-pull", scopes: ["read_registry"], expiresAt });
};
const moveLabelBack: Happen = ({ aws }) =>
  aws.world.moveLabel(SECRET, "AWSCURRENT", aws.world.secret(SECRET)?.versions[0]?.id ?? "");
const scheduleDeletion: Happen = ({ aws }) => aws.world.scheduleDeletion(SECRET);
const restore: Happen = ({ aws }) => aws.world.restore(SECRET);
const removeSecret: Happen = ({ aws }) => aws.world.remove(SECRET);
const giveAway: Happen = ({ aws }) => {
  const { [LINEAGE_TAG]: tag = "" } = aws.world.secret(SECRET)?.tags ?? {};
  aws.world.setTags(SECRET, { [LINEAGE_TAG]: tag.replace("projects/1", "projects/9") });
};
const takeBack: Happen = ({ aws }) => {
  const { [LINEAGE_TAG]: tag = "" } = aws.world.secret(SECRET)?.tags ?? {};
  aws.world.setTags(SECRET, { [LINEAGE_TAG]: tag.replace("projects/9", "projects/1") });
};

const DONE = /^Apply complete/m;
const RENEWED = FAULTLESS.due;
const KEPT: Columns = ["delete Superseded failed, keep Healthy", "2 3", "3 after 2", "fulfilled", 1];
const SPARED: Columns = ["delete Superseded skipped, keep Healthy", "2 3", "3 after 2", "fulfilled", 0];
const UNREAD: Columns = ["report TargetFailed failed", "2", "2", "fulfilled", 1];
const UNDONE: Columns = ["rotate Renewing failed", "2", "2", "undone", 1];
const OPEN: Columns = ["rotate Renewing failed", "2", "2", "open", 1];
const REVOKED = /access token was revoked/;
const ROLE = /needs the role Maintainer/;

interface After {
  readonly mend?: Happen;
  readonly stays?: readonly number[];
}
type Row = readonly [string, Start, Happen, Columns, RegExp, After?];

const ACCESS: readonly Row[] = [
  ["revoked before the list", "due", at("list", revoke), UNREAD, REVOKED, { mend: allow }],
  ["revoked before the POST", "due", atAws("TagResource", revoke), UNDONE, REVOKED, { mend: allow }],
  // What is left to do needs the new token only: where to try it was read while it was made.
  ["revoked before the log-in", "due", at("log in", revoke), RENEWED, DONE, { mend: allow }],
  [
    "revoked before the DELETE",
    "superseded",
    atAws("DescribeSecret before a DELETE", revoke),
    KEPT,
    REVOKED,
    { mend: allow },
  ],
  ["demoted before the POST", "due", atAws("TagResource", demote), UNDONE, ROLE, { mend: promote }],
  ["demoted before the DELETE", "superseded", at("DELETE", demote), KEPT, ROLE, { mend: promote }],
];

const PROJECTS: readonly Row[] = [
  ["moved before the pass", "due", move, UNREAD, /moved: use its new path or its id, 1/, { mend: moveBack }],
  ["moved before the POST", "due", atAws("TagResource", move), RENEWED, DONE, { mend: moveBack }],
  [
    "moved before the DELETE",
    "superseded",
    at("DELETE", move),
    FAULTLESS.superseded,
    DONE,
    { mend: moveBack },
  ],
  ["archived, and named by the policy", "due", archive, RENEWED, DONE],
];

const TOKENS: readonly Row[] = [
  ["delete the due token before the list", "due", at("list", remove(2)), FAULTLESS.gone, DONE],
  ["delete the due token after the list", "due", at("list again", remove(2)), FAULTLESS.gone, DONE],
  [
    "delete the due token before the POST",
    "due",
    at("POST of a renewal", remove(2)),
    ["rotate Renewing done", "3", "3 after 2", "fulfilled", 0],
    DONE,
  ],
  ["delete the new token before the log-in", "due", at("log in", remove(3)), UNDONE, /does not work/],
  [
    "delete the new token before the put",
    "due",
    atAws("PutSecretValue of a renewal", remove(3)),
    ["rotate Renewing done", "2", "3 after 2", "fulfilled", 0],
    DONE,
  ],
  ["delete the superseded token first", "superseded", at("DELETE", remove(2)), FAULTLESS.superseded, DONE],
  [
    "delete the current token before the DELETE of the old one",
    "superseded",
    atAws("DescribeSecret before a DELETE", remove(3)),
    ["delete Superseded skipped, keep Healthy", "2", "3 after 2", "fulfilled", 0],
    /Apply complete.* 1 skipped/,
  ],
  ["delete the stray first", "stray", at("DELETE of a stray", remove(2)), FAULTLESS.stray, DONE],
  [
    "make a token of the name before the list",
    "due",
    at("list", make),
    ["rotate Renewing done, report Unrecognised", "2 3 4", "4 after 2", "fulfilled", 0],
    /^Look at:[\s\S]*\(Unrecognised\)/m,
    { stays: [3] },
  ],
  [
    "make a token of the name during the renewal",
    "due",
    at("POST of a renewal", make),
    ["rotate Renewing done", "2 3 4", "4 after 2", "fulfilled", 0],
    DONE,
    { stays: [3] },
  ],
  [
    "make a token of the name where there was none",
    "nothing",
    atAws("DescribeSecret again", make),
    ["keep Healthy", "2", "no secret", "none", 0],
    DONE,
    { mend: remove(2) },
  ],
  [
    "make a token of the name during the creation",
    "nothing",
    at("POST", make),
    ["create Missing done", "2 3", "3", "fulfilled", 0],
    DONE,
    { stays: [2] },
  ],
];

const SECRETS: readonly Row[] = [
  [
    "move AWSCURRENT back before a DELETE",
    "superseded",
    atAws("DescribeSecret before a DELETE", moveLabelBack),
    ["delete Superseded skipped, keep Healthy", "2 3", "2 after 3", "open", 0],
    DONE,
  ],
  [
    "give the secret to another lineage before a DELETE",
    "superseded",
    atAws("DescribeSecret before a DELETE", giveAway),
    SPARED,
    DONE,
    { mend: takeBack },
  ],
  [
    "schedule the secret for deletion before the put",
    "due",
    atAws("PutSecretValue of a renewal", scheduleDeletion),
    OPEN,
    /marked for deletion/,
    { mend: restore },
  ],
  [
    "remove the secret before the put: its old token is as one made by hand from then on",
    "due",
    atAws("DescribeSecret before the put", removeSecret),
    ["rotate Renewing failed", "2", "no secret", "none", 1],
    /not there, or AWS does not show it yet/,
    { stays: [2] },
  ],
];

describe.each([
  ["the access token is", ACCESS],
  ["the project is", PROJECTS],
  ["other people", TOKENS],
  ["other people", SECRETS],
])("%s", (_, rows) => {
  const titled = rows.map((each) => ({ title: row(each[0], each[3]), each }));
  it.each(titled)("$title", ({ each: [, start, spoil, columns, says, after] }) =>
    play({ start, spoil, columns, says, ...after }),
  );
});
