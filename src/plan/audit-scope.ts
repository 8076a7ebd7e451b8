import type { Exclusion, Position } from "../model/policy.ts";
import type { Target } from "../model/target.ts";
import { compilePathGlob } from "../policy/glob.ts";
import { type Coverage, coverTargets, isBelow, type Resolved, type UnreadEntry } from "./coverage.ts";

/** A target that an audit looks into, and what the policy says about it. */
export interface AuditTarget {
  readonly target: Target;
  readonly coverage: Coverage;
  /** False where an entry that could not be read may be about it, so that nobody knows what the policy covers of it. */
  readonly certain: boolean;
  /** Found through the policy's entries, or only because a secret of ours names it. */
  readonly through: "policy" | "secret";
  /** The nearest entry of the policy. */
  readonly position: Position;
  /** Why the policy leaves it out, where it says so. */
  readonly exclusion: Exclusion | undefined;
}

export const targetKey = ({ kind, id }: Pick<Target, "kind" | "id">): string => `${kind} ${id}`;

/** Whether an entry that could not be read may be about the target. What is not known counts as yes. */
export const mayBeAbout = (
  { target: reference, known, below }: UnreadEntry,
  target: Pick<Target, "kind" | "id"> & Partial<Pick<Target, "path">>,
): boolean => {
  const { kind, idOrPath } = reference;
  const path = known.path ?? (typeof idOrPath === "string" ? idOrPath : undefined);
  const id = known.id ?? (typeof idOrPath === "number" ? idOrPath : undefined);
  if (kind === target.kind && (id === undefined ? mayBeAt(path, target.path) : id === target.id)) return true;
  return (
    kind === "group" &&
    below &&
    target.kind === "project" &&
    (path === undefined || target.path === undefined || isBelow(target.path, path))
  );
};

const mayBeAt = (path: string | undefined, found: string | undefined): boolean =>
  path === undefined || found === undefined || path.toLowerCase() === found.toLowerCase();

export interface Reached {
  readonly resolved: Resolved;
  /** Groups and projects below the policy's groups, whether or not an entry is about them. */
  readonly below: readonly Target[];
  /** Targets that nothing but the lineage tag of a secret names. */
  readonly strangers: readonly Target[];
  readonly policyFile: string;
}

/** The policy's entries that may say something of a target, the nearest first. */
const nearestEntries = ({ groups }: Resolved) => {
  const nearestFirst = groups
    .map(({ entry, target }) => ({
      path: target.path,
      position: entry.position,
      exclusions: (entry.projects?.exclude ?? []).map((exclusion) => ({
        exclusion,
        matches: compilePathGlob(exclusion.pattern),
      })),
    }))
    .sort((one, other) => other.path.length - one.path.length);
  return (target: Target) => nearestFirst.filter(({ path }) => isBelow(target.path, path));
};

/** Everything that is looked into, once each. */
export const auditTargets = ({ resolved, below, strangers, policyFile }: Reached): AuditTarget[] => {
  const { coverages, duplicates, leftAlone } = coverTargets(resolved);
  const lists = new Map(coverages.map(({ target, lists: found }) => [targetKey(target), found]));
  const unsure = new Set([...duplicates, ...leftAlone].map(targetKey));
  const entries = nearestEntries(resolved);
  const own = [...resolved.projects, ...resolved.groups];
  const positions = new Map(own.map(({ entry, target }) => [targetKey(target), entry.position]));
  const found = new Map<string, AuditTarget>();
  const add = (target: Target, through: AuditTarget["through"]): void => {
    const key = targetKey(target);
    if (found.has(key)) return;
    const near = entries(target);
    const covered = lists.get(key);
    const exclusion =
      target.kind === "project" && covered === undefined && !positions.has(key)
        ? near.flatMap(({ exclusions }) => exclusions).find(({ matches }) => matches(target.path))?.exclusion
        : undefined;
    found.set(key, {
      target,
      coverage: { target, lists: covered ?? [] },
      certain: !unsure.has(key) && !resolved.unread.some((entry) => mayBeAbout(entry, target)),
      through,
      position: exclusion?.position ??
        positions.get(key) ??
        near[0]?.position ?? { file: policyFile, line: 1, column: 1 },
      exclusion,
    });
  };
  for (const { target } of own) add(target, "policy");
  for (const target of [...resolved.groups.flatMap((group) => group.below), ...below]) add(target, "policy");
  for (const target of strangers) add(target, "secret");
  return [...found.values()];
};
