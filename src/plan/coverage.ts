import { encodeLineageTag } from "../model/lineage-tag.ts";
import type { GroupEntry, Policy, ProjectEntry, TokenEntry } from "../model/policy.ts";
import type { Target } from "../model/target.ts";
import { compileNameGlob, compilePathGlob, type Matcher } from "../policy/glob.ts";
import { renderSecretName } from "../policy/template.ts";
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
}

const depth = (target: Target): number => target.path.split("/").length;

/** Which lists reach which target. A project's own entry beats its groups'; a nearer group beats a farther one. */
export const coverTargets = ({ projects, groups }: Resolved): Covered => {
  const found = new Map<string, { target: Target; lists: (readonly TokenEntry[])[] }>();
  const own = new Set<string>();
  const duplicates = new Map<string, Target>();
  const reach = (target: Target, list: readonly TokenEntry[], isOwn: boolean): void => {
    const key = `${target.kind} ${target.id}`;
    if (isOwn && own.has(key)) duplicates.set(key, target);
    if (isOwn) own.add(key);
    const coverage = found.get(key) ?? { target, lists: [] };
    coverage.lists.push(list);
    found.set(key, coverage);
  };
  for (const { entry, target } of projects) reach(target, entry.tokens, true);
  for (const { entry, target } of groups) reach(target, entry.tokens, true);
  for (const { entry, below } of [...groups].sort((one, other) => depth(other.target) - depth(one.target))) {
    const excluded = entry.projects?.exclude.map(compilePathGlob) ?? [];
    for (const target of below)
      if (!excluded.some((matches) => matches(target.path)))
        reach(target, entry.projects?.tokens ?? [], false);
  }
  for (const key of duplicates.keys()) found.delete(key);
  return {
    coverages: [...found.values()].filter(({ lists }) => lists.some((list) => list.length > 0)),
    duplicates: [...duplicates.values()],
  };
};

const globs = new WeakMap<TokenEntry, Matcher>();
const matches = (entry: TokenEntry, name: string): boolean => {
  if (entry.kind === "declared") return entry.name === name;
  const matcher = globs.get(entry) ?? compileNameGlob(entry.pattern);
  globs.set(entry, matcher);
  return matcher(name);
};

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

/**
 * The lineages of one target. `names` are those that exist already: borne by a live token, or by a secret of ours.
 * A `match` takes up only those.
 */
export const lineagesOf = (
  { target, lists }: Coverage,
  policy: Pick<Policy, "gitlab">,
  names: Iterable<string>,
): Lineage[] => {
  const existing = new Set(names);
  const declared = lists.flat().flatMap((entry) => (entry.kind === "declared" ? [entry.name] : []));
  return [...new Set([...declared, ...existing])].flatMap((name) => {
    const entry = entryFor(lists, name);
    if (entry === undefined || (entry.kind === "match" && !existing.has(name))) return [];
    const { kind, path, id } = target;
    return {
      target,
      token: name,
      entry,
      tag: encodeLineageTag(policy.gitlab.instance, target, name),
      secretName: renderSecretName(entry.secret, { kind, path, name, id }),
    };
  });
};
