import { encodeLineageTag } from "../model/lineage-tag.ts";
import type { GroupEntry, Policy, ProjectEntry, TokenEntry } from "../model/policy.ts";
import type { Target, TargetReference } from "../model/target.ts";
import { compileNameGlob, compilePathGlob, type Matcher } from "../policy/glob.ts";
import { compileSecretName, type SecretNameParts } from "../policy/template.ts";
import type { Lineage } from "./lineage.ts";

/** What the policy's entries led to in GitLab. */
export interface Resolved {
  readonly projects: readonly { readonly entry: ProjectEntry; readonly target: Target }[];
  readonly groups: readonly {
    readonly entry: GroupEntry;
    readonly target: Target;
    /** Every project below the group; empty where the entry does not ask for them. */
    readonly below: readonly Target[];
  }[];
  readonly unread: readonly UnreadEntry[];
}

/** An entry of the policy that led nowhere in this pass, so that nobody knows which targets it names. */
export interface UnreadEntry {
  readonly target: TargetReference;
  /** What GitLab said all the same: a moved project's id, or the path of a group whose projects could not be listed. */
  readonly known: Partial<Pick<Target, "id" | "path">>;
  /** Whether it is about projects below a group too. */
  readonly below: boolean;
}

/** A target and the token lists that reach it, the most specific first. */
export interface Coverage {
  readonly target: Target;
  readonly lists: readonly (readonly TokenEntry[])[];
}

export interface Covered {
  readonly coverages: readonly Coverage[];
  /** Targets that two entries of the policy name, e.g. one by path and one by id. */
  readonly duplicates: readonly Target[];
  /** Targets that a broader entry reaches, but that an entry which could not be read may name. */
  readonly leftAlone: readonly Target[];
}

const depth = (target: Target): number => target.path.split("/").length;

export const isBelow = (path: string, group: string): boolean =>
  path.toLowerCase().startsWith(`${group.toLowerCase()}/`);

/** Whether the entry may be about the target, and nearer to it than the group. What is not known counts as yes. */
const mayComeFirst = (
  { target: reference, known, below }: UnreadEntry,
  target: Target,
  group: Target,
): boolean => {
  const { kind, idOrPath } = reference;
  const path = known.path ?? (typeof idOrPath === "string" ? idOrPath : undefined);
  if (kind === "project")
    return [idOrPath, known.id].includes(target.id) || path?.toLowerCase() === target.path.toLowerCase();
  return below && (path === undefined || (isBelow(path, group.path) && isBelow(target.path, path)));
};

/** Whether the entry is about projects below its group whose path is this, unless a nearer entry is. */
const reachesBelow = ({ projects }: GroupEntry): ((path: string) => boolean) => {
  const excluded = projects?.exclude.map(({ pattern }) => compilePathGlob(pattern)) ?? [];
  return (path) => projects !== undefined && !excluded.some((matches) => matches(path));
};

/** Whether it is of use to list the tokens of a project below the entry's group, as far as the entry alone can tell. */
export const listsBelow = (entry: GroupEntry): ((path: string) => boolean) =>
  entry.projects?.tokens.length === 0 ? () => false : reachesBelow(entry);

interface Reach {
  readonly target: Target;
  readonly lists: (readonly TokenEntry[])[];
}

const keyOf = ({ kind, id }: Target): string => `${kind} ${id}`;

/**
 * Which lists reach which target. A project's own entry beats its groups'; a nearer group beats a farther one. Where a
 * nearer entry could not be read, the farther ones must not decide in its place.
 */
export const coverTargets = ({ projects, groups, unread }: Resolved): Covered => {
  const own = [...projects, ...groups].map(({ entry, target }) => ({ target, list: entry.tokens }));
  const found = new Map<string, Reach>();
  const duplicates = new Map<string, Target>();
  for (const { target, list } of own) {
    if (found.has(keyOf(target))) duplicates.set(keyOf(target), target);
    found.set(keyOf(target), { target, lists: [list] });
  }
  const leftAlone = new Map<string, Target>();
  const nearestFirst = groups
    .filter(({ target }) => !duplicates.has(keyOf(target)))
    .sort((one, other) => depth(other.target) - depth(one.target));
  for (const { entry, target: group, below } of nearestFirst) {
    const reaches = reachesBelow(entry);
    for (const target of below) {
      if (!reaches(target.path)) continue;
      if (unread.some((one) => mayComeFirst(one, target, group))) {
        leftAlone.set(keyOf(target), target);
        continue;
      }
      const reach = found.get(keyOf(target)) ?? { target, lists: [] };
      reach.lists.push(entry.projects?.tokens ?? []);
      found.set(keyOf(target), reach);
    }
  }
  for (const key of duplicates.keys()) found.delete(key);
  return {
    coverages: [...found.values()].filter(({ lists }) => lists.some((list) => list.length > 0)),
    duplicates: [...duplicates.values()],
    leftAlone: [...leftAlone.values()],
  };
};

const globs = new WeakMap<TokenEntry, Matcher>();
const matches = (entry: TokenEntry, name: string): boolean => {
  if (entry.kind === "declared") return entry.name === name;
  const matcher = globs.get(entry) ?? compileNameGlob(entry.pattern);
  globs.set(entry, matcher);
  return matcher(name);
};

/** Whether the policy would take up a token of that name, by these lists. */
export const covers = (lists: Coverage["lists"], name: string): boolean =>
  entryFor(lists, name) !== undefined;

/** Within a list a name beats a glob, and the first glob the later ones. */
const entryFor = (lists: Coverage["lists"], name: string): TokenEntry | undefined => {
  for (const list of lists) {
    const entry =
      list.find((candidate) => candidate.kind === "declared" && matches(candidate, name)) ??
      list.find((candidate) => matches(candidate, name));
    if (entry !== undefined) return entry;
  }
  return undefined;
};

export const declaredNames = ({ lists }: Coverage): string[] => [
  ...new Set(lists.flat().flatMap((entry) => (entry.kind === "declared" ? [entry.name] : []))),
];

const templates = new WeakMap<TokenEntry, ReturnType<typeof compileSecretName>>();
const secretNameOf = (entry: TokenEntry, parts: SecretNameParts): string => {
  const render = templates.get(entry) ?? compileSecretName(entry.secret);
  templates.set(entry, render);
  return render(parts);
};

/** The lineage of a name that exists; `undefined` where the policy does not take it up. */
export const lineageOf = (
  { target, lists }: Coverage,
  policy: Pick<Policy, "gitlab">,
  name: string,
): Lineage | undefined => {
  const entry = entryFor(lists, name);
  const { kind, path, id } = target;
  return (
    entry && {
      target,
      token: name,
      entry,
      tag: encodeLineageTag(policy.gitlab.instance, target, name),
      secretName: secretNameOf(entry, { kind, path, name, id }),
    }
  );
};

/**
 * The lineages of one target. `names` are those that exist already: borne by a live token, or by a secret of ours.
 * A `match` takes up only those.
 */
export const lineagesOf = (
  coverage: Coverage,
  policy: Pick<Policy, "gitlab">,
  names: Iterable<string>,
): Lineage[] => {
  const existing = new Set(names);
  return [...new Set([...declaredNames(coverage), ...existing])].flatMap((name) => {
    const lineage = lineageOf(coverage, policy, name);
    return lineage === undefined || (lineage.entry.kind === "match" && !existing.has(name)) ? [] : lineage;
  });
};
