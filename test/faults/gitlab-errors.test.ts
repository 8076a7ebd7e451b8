import { describe, it } from "vitest";
import { GITLAB_CALLS, type GitLabCall, strikeGitLab } from "./calls.ts";
import { GITLAB_ERRORS, type GitLabError, type Kind } from "./gitlab-errors.ts";
import { firstTime, play } from "./play.ts";
import { type Columns, FAULTLESS, row } from "./scene.ts";

const DONE = { code: "", says: /^Apply complete/m };
const UNREAD: Columns = ["report TargetFailed failed", "2", "2", "fulfilled", 1];
const KEPT: Columns = ["delete Superseded failed, keep Healthy", "2 3", "3 after 2", "fulfilled", 1];
const STRAY_KEPT: Columns = ["delete Stray failed, create Missing done", "2 3", "3", "fulfilled", 1];
const GONE: Columns = ["delete Stray done, create Missing done", "2 3", "3", "fulfilled", 0];
const SUPERSEDED: Columns = ["delete Superseded done, keep Healthy", "2 3", "3 after 2", "fulfilled", 0];
const UNDONE: Columns = ["create Missing failed", "none", "empty", "undone", 1];
const OPEN: Columns = ["create Missing failed", "none", "empty", "open", 1];
const RENEWAL_UNDONE: Columns = ["rotate Renewing failed", "2", "2", "undone", 1];
const RENEWAL_OPEN: Columns = ["rotate Renewing failed", "2", "2", "open", 1];

/** A call, errors, and what is left when that call meets nothing else. The first line that fits counts. */
type Line = readonly [GitLabCall, readonly Kind[] | RegExp, Columns, Partial<GitLabError>?];

const ANY = /^/;
const LEFT: readonly Line[] = [
  ["resolve", /^301/, UNREAD, { code: "ERR_GITLAB_NOT_FOUND", says: /moved: use its new path or its id, 1/ }],
  ["resolve", ANY, UNREAD],
  ["list", ANY, UNREAD],
  ["list again", ANY, ["rotate Renewing failed", "2", "2", "fulfilled", 1]],
  // The one 404 that says: there is no such token.
  ["get token", /^404 token/, FAULTLESS.gone, DONE],
  ["get token", ANY, ["report ObservationFailed failed", "none", "2", "fulfilled", 1]],
  ["POST", ["refused", "limited"], UNDONE],
  ["POST", ["unknown", "nonsense"], OPEN],
  ["POST of a renewal", ["refused", "limited"], RENEWAL_UNDONE],
  ["POST of a renewal", ["unknown", "nonsense"], RENEWAL_OPEN],
  ["place to log in", ANY, UNDONE],
  // As from a registry that is switched off: nothing is learnt of the value, and GitLab's record of it must do.
  ["log in", /^403 (?:scope|role)|^404/, FAULTLESS.due, DONE],
  [
    "log in",
    /^401/,
    RENEWAL_UNDONE,
    { code: "ERR_TOKEN_REJECTED", says: /new deploy token .* does not work/ },
  ],
  // The words of a log-in's answer are never shown: they may quote the token.
  ["log in", /^400/, RENEWAL_UNDONE, { says: /GitLab answered 400 to GET \/jwt\/auth/ }],
  ["log in", ["limited"], RENEWAL_UNDONE, { says: /GitLab answered 429 to GET \/jwt\/auth/ }],
  ["log in", ["nonsense"], RENEWAL_UNDONE, { says: /no token that can be read|never followed/ }],
  ["log in", ANY, RENEWAL_UNDONE],
  ["DELETE", /^404 token/, SUPERSEDED, DONE],
  ["DELETE", ANY, KEPT],
  ["DELETE of a stray", /^404 token/, GONE, DONE],
  ["DELETE of a stray", ANY, STRAY_KEPT],
];

const lineOf = (call: GitLabCall, { name, kind }: GitLabError): Line => {
  const line = LEFT.find(
    ([where, errors]) =>
      where === call && (errors instanceof RegExp ? errors.test(name) : errors.includes(kind)),
  );
  if (line === undefined) throw new Error(`no line for ${name} at ${call}`);
  return line;
};

const CALLS = Object.keys(GITLAB_CALLS) as GitLabCall[];

describe.each(CALLS)("%s, answered for good by", (call) => {
  const isFirst = firstTime();
  const rows = GITLAB_ERRORS.map((error) => {
    const [, , columns, instead] = lineOf(call, error);
    const putsRight = isFirst(`${error.kind} ${columns}`);
    return { title: row(error.name, columns), columns, putsRight, error: { ...error, ...instead } };
  });
  it.each(rows)("$title", ({ columns, putsRight, error: { fault, code, says } }) =>
    play({
      start: GITLAB_CALLS[call].start,
      spoil: (world) => strikeGitLab(world, call, { ...fault, times: Number.POSITIVE_INFINITY }),
      columns,
      says,
      code,
      putsRight,
    }),
  );
});

describe.each(CALLS)("%s, answered once by", (call) => {
  const { start } = GITLAB_CALLS[call];
  const isPost = call.startsWith("POST");
  const passing = GITLAB_ERRORS.filter(({ name, kind }) =>
    isPost ? kind === "limited" : /^429 (?:Rack|app)|^409|^502|^503|reset/.test(name),
  );
  const rows = passing.map(({ name, fault }) => ({
    title: row(name, FAULTLESS[start]),
    fault,
    putsRight: name === passing[0]?.name,
  }));
  it.each(rows)("$title", ({ fault, putsRight }) =>
    play({
      start,
      spoil: (world) => strikeGitLab(world, call, fault),
      columns: FAULTLESS[start],
      ...DONE,
      putsRight,
    }),
  );
});
