import type { DoctorCheck } from "../model/doctor.ts";
import { GitLabError, type PolicyIssue } from "../model/errors.ts";
import type { Position, TokenEntry } from "../model/policy.ts";
import { count } from "../model/words.ts";
import { fail, pass, textOf, warn } from "./doctor-check.ts";
import type { Survey, SurveyedTarget } from "./doctor-survey.ts";

const ROLES: Readonly<Record<number, string>> = {
  0: "none",
  5: "Minimal Access",
  10: "Guest",
  15: "Planner",
  20: "Reporter",
  25: "Security Manager",
  30: "Developer",
  40: "Maintainer",
  50: "Owner",
  60: "administrator",
};
const MAINTAINER = 40;
const OWNER = 50;

const roleName = (level: number): string => ROLES[level] ?? `level ${level}`;

/** What hinders singly, and in one line what does not. */
export const judgeRoles = ({ targets, unread, admin }: Survey): readonly DoctorCheck[] => {
  const hindered = targets.flatMap((one) => judgeRole(one, admin) ?? []);
  const fine = targets.filter((one) => judgeRole(one, admin) === undefined);
  const unresolved = unread.map(({ error }) => fail("role", textOf(error)));
  if (fine.length === 0) return [...unresolved, ...hindered];
  const kinds = (["project", "group"] as const).flatMap((kind) => {
    const amount = fine.filter(({ target }) => target.kind === kind).length;
    return amount === 0 ? [] : count(amount, kind);
  });
  const because = admin
    ? "as an administrator"
    : "Maintainer is enough for projects, Owner is needed for groups";
  return [
    ...unresolved,
    ...hindered,
    pass("role", `We may list, create and delete the deploy tokens of ${kinds.join(" and ")} (${because}).`),
  ];
};

/** `undefined` where nothing hinders. */
export const judgeRole = (
  { target, level, listError }: SurveyedTarget,
  admin: boolean,
): DoctorCheck | undefined => {
  const what = `${target.kind} ${target.path}`;
  const wanted = target.kind === "group" ? "Owner" : "Maintainer";
  const fix = `Give the access token's user the role ${wanted} there${target.kind === "project" ? ", or in a group above" : ""}.`;
  if (listError instanceof GitLabError && listError.status === 403 && level !== undefined)
    return fail(
      "role",
      `${what}: our role is ${roleName(level)}, which may not even list deploy tokens.`,
      fix,
    );
  if (listError !== undefined) return fail("role", `${what}: ${textOf(listError)}`);
  if (admin || (level !== undefined && level >= (target.kind === "group" ? OWNER : MAINTAINER)))
    return undefined;
  if (target.kind === "project")
    return level === undefined
      ? undefined
      : warn("role", `${what}: our role is ${roleName(level)}, but the list is shown: a custom role?`, fix);
  if (level === undefined)
    return warn("role", `${what}: its tokens are listed, but GitLab does not tell our role.`, fix);
  return fail(
    "role",
    `${what}: our role is ${roleName(level)}, which may list the group's deploy tokens, but neither create nor delete them.`,
    fix,
  );
};

const at = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

const nameOf = (entry: TokenEntry): string =>
  entry.kind === "match" ? `match ${JSON.stringify(entry.pattern)}` : `name ${JSON.stringify(entry.name)}`;

/** Entries that lead to nothing, and what `validate` warns of. */
export const judgePolicy = (survey: Survey, warnings: readonly PolicyIssue[]): readonly DoctorCheck[] => {
  const { covered, targets } = survey;
  const idle = idleEntries(survey).map(({ entry, reached }) =>
    warn(
      "policy",
      `${at(entry.position)}: ${nameOf(entry)} takes up no token${reached ? "" : ", as no project below its group is left for it"}.`,
      reached
        ? "Check the glob: it is compared with the whole name of live tokens; one that is named by an entry nearer to it counts there."
        : "Check the group and its `exclude`; remove the entry where it is not needed.",
    ),
  );
  const hindrances = [
    ...covered.duplicates.map((target) =>
      fail(
        "policy",
        `Several entries name ${target.kind} ${target.path}, by path and by id.`,
        "Keep one of them.",
      ),
    ),
    ...idle,
    ...judgeWarnings(warnings),
  ];
  const tokens = targets.reduce((sum, { lineages }) => sum + lineages.length, 0);
  const covers = `The policy covers ${count(tokens, "token")} of ${count(targets.length, "target")}.`;
  const unseen = survey.unread.length > 0 || targets.some(({ listError }) => listError !== undefined);
  if (unseen)
    return [
      ...hindrances,
      warn(
        "policy",
        `${covers} That is what could be read of it.`,
        "First mend what `role` says of the others.",
      ),
    ];
  return [
    ...hindrances,
    tokens === 0
      ? warn("policy", covers, "Nothing would ever be rotated: check paths and globs.")
      : pass("policy", covers),
  ];
};

export const judgeWarnings = (warnings: readonly PolicyIssue[]): readonly DoctorCheck[] =>
  warnings.map((issue) => warn("policy", `${at(issue)}: ${issue.path}: ${issue.message}`));

/** Those alone of which it is known: what could not be listed may hold what they are for. */
const idleEntries = ({
  resolved,
  covered,
  targets,
}: Survey): readonly { readonly entry: TokenEntry; readonly reached: boolean }[] => {
  const failed = new Set(
    targets.filter(({ listError }) => listError !== undefined).map(({ target }) => keyOf(target)),
  );
  const used = new Set(targets.flatMap(({ lineages }) => lineages.map(({ lineage }) => lineage.entry)));
  const reached = new Set<TokenEntry>();
  const unknown = new Set<TokenEntry>();
  for (const { target, lists } of covered.coverages)
    for (const entry of lists.flat()) {
      reached.add(entry);
      if (failed.has(keyOf(target))) unknown.add(entry);
    }
  const anyLeftAlone = covered.leftAlone.length > 0 || covered.duplicates.length > 0;
  const below = resolved.groups.flatMap(({ entry }) => entry.projects?.tokens ?? []);
  const own = [...resolved.projects, ...resolved.groups].flatMap(({ entry }) => entry.tokens);
  return [...own, ...below]
    .filter((entry) => !used.has(entry) && !unknown.has(entry))
    .filter((entry) => reached.has(entry) || (!anyLeftAlone && below.includes(entry)))
    .map((entry) => ({ entry, reached: reached.has(entry) }));
};

const keyOf = ({ kind, id }: SurveyedTarget["target"]): string => `${kind} ${id}`;
