import { SecretStoreError } from "../model/errors.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription, SecretStore } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { decodeVersionId } from "../model/version-id.ts";
import { elapsedSince, instantOf } from "./deadline.ts";
import type { Ports } from "./observe.ts";
import { createPackedSecrets, type PackedSecrets } from "./packed-secrets.ts";

type TargetName = Pick<Target, "kind" | "id">;

/** All secrets of this instance's lineages, as one ListSecrets sweep showed them; it may be minutes old. */
export interface Sweep {
  /** False where not all secrets could be listed; `incompleteBecause` says why. */
  readonly complete: boolean;
  readonly incompleteBecause: string | undefined;
  readonly secrets: Iterable<SecretDescription>;
  /** Secrets whose tag names the target. */
  secretsOf(target: TargetName): readonly SecretDescription[];
  tagged(tag: string): readonly SecretDescription[];
  /** Token names whose secrets belong to the target. */
  namesOf(target: TargetName): readonly string[];
  /** The numbers of those secrets, in the order in which they came. */
  numbersOf(target: TargetName): readonly number[];
  /** Whether another secret's labels name a token that this one's do. */
  isDisputed(number: number): boolean;
  /** Whether the labels of a secret other than this one name the token. */
  isClaimedElsewhere(tokenId: number, arn: string | undefined): boolean;
  /**
   * This one, or a new one where it is too old to act upon: a secret made since would be overlooked, and its token taken
   * for one that nothing holds.
   */
  upToDate(): Promise<Sweep>;
}

type SweepPorts = Pick<Ports, "store" | "clock" | "safety">;

/** Without these a pass goes on with what it can see; any other failure of the store is everyone's. */
const SOME_UNSEEN: readonly string[] = ["ERR_SECRET_ACCESS_DENIED", "ERR_SECRET_INVALID"];

const readAll = async (
  store: SecretStore,
  take: (secret: SecretDescription) => void,
): Promise<Error | undefined> => {
  try {
    for await (const secret of store.list()) take(secret);
    return undefined;
  } catch (error) {
    if (error instanceof SecretStoreError && SOME_UNSEEN.includes(error.code)) return error;
    throw error;
  }
};

/** Numbers under a key. Most keys have one, and a list for each would take more room than all else. */
const createIndex = () => {
  const first = new Map<number, number>();
  const further = new Map<number, number[]>();
  return {
    add: (key: number, index: number): void => {
      if (!first.has(key)) first.set(key, index);
      else further.set(key, [...(further.get(key) ?? []), index]);
    },
    get: (key: number): readonly number[] => {
      const index = first.get(key);
      return index === undefined ? [] : [index, ...(further.get(key) ?? [])];
    },
  };
};

/** Ids have at most 16 digits, but the largest of them GitLab will never reach. */
const keyOf = ({ kind, id }: TargetName): number => (kind === "project" ? id : -id);

/** What is looked at while it is still under way. */
export interface SweepOptions {
  readonly secrets?: PackedSecrets | undefined;
  /** Called for each secret, once it stands among `secrets` under its number. */
  readonly onSecret?: ((secret: SecretDescription, number: number) => void) | undefined;
}

interface Read {
  readonly sweep: Sweep;
  /** Whether it may still be acted upon. */
  readonly isRecent: () => boolean;
}

type ReadOptions = SweepOptions & Pick<Sweep, "upToDate"> & { readonly instance: string };

const readSweep = async (ports: SweepPorts, options: ReadOptions): Promise<Read> => {
  const { store, clock, safety } = ports;
  const { instance, secrets = createPackedSecrets(), onSecret, upToDate } = options;
  const begun = instantOf(clock);
  const byTarget = createIndex();
  const holders = createIndex();
  const disputed = new Set<number>();
  const problem = await readAll(store, (secret) => {
    const lineage = decodeLineageTag(secret.tags[LINEAGE_TAG] ?? "");
    if (lineage?.instance !== instance) return;
    const number = secrets.size;
    secrets.add(secret);
    byTarget.add(keyOf({ kind: lineage.kind, id: lineage.targetId }), number);
    for (const { id } of secret.versions) {
      const version = decodeVersionId(id);
      if (version === undefined) continue;
      const others = holders.get(version.tokenId).filter((other) => other !== number);
      for (const one of others.length > 0 ? [number, ...others] : []) disputed.add(one);
      holders.add(version.tokenId, number);
    }
    onSecret?.(secret, number);
  });

  // Every lineage of a target asks for these in turn.
  let latest: { readonly key: number; readonly found: ReadonlyMap<number, SecretDescription> } | undefined;
  const foundOf = (target: TargetName): ReadonlyMap<number, SecretDescription> => {
    const key = keyOf(target);
    if (latest?.key !== key)
      latest = { key, found: new Map(byTarget.get(key).map((index) => [index, secrets.at(index)])) };
    return latest.found;
  };
  const secretsOf = (target: TargetName): readonly SecretDescription[] => [...foundOf(target).values()];
  const tagOf = ({ tags }: SecretDescription): string => tags[LINEAGE_TAG] ?? "";
  const sweep: Sweep = {
    complete: problem === undefined,
    incompleteBecause: problem?.message,
    secrets,
    secretsOf,
    numbersOf: (target) => byTarget.get(keyOf(target)),
    isDisputed: (number) => disputed.has(number),
    tagged: (tag) => {
      const lineage = decodeLineageTag(tag);
      if (lineage === undefined) return [];
      return secretsOf({ kind: lineage.kind, id: lineage.targetId }).filter(
        (secret) => tagOf(secret) === tag,
      );
    },
    namesOf: (target) => secretsOf(target).flatMap((secret) => decodeLineageTag(tagOf(secret))?.token ?? []),
    isClaimedElsewhere: (tokenId, arn) =>
      holders.get(tokenId).some((index) => (latest?.found.get(index) ?? secrets.at(index)).arn !== arn),
    upToDate,
  };
  // A token of a secret that this one misses is younger than this and a stale read together, and so in progress.
  return { sweep, isRecent: () => elapsedSince(clock, begun) <= safety.strayAfter / 2 };
};

const tooSlow = ({ safety }: SweepPorts): SecretStoreError =>
  new SecretStoreError(
    `listing all secrets took longer than half of safety.stray_after (${Math.round(safety.strayAfter / 2_000)} s), so what the list shows is too old to act upon; raise safety.stray_after`,
    { code: "ERR_SECRET_UNAVAILABLE", step: "list", outcome: "refused" },
  );

export const sweepSecrets = async (
  ports: SweepPorts,
  instance: string,
  options: SweepOptions = {},
): Promise<Sweep> => {
  const upToDate = async (): Promise<Sweep> => {
    const seen = newest;
    const known = await seen;
    if (known.isRecent()) return known.sweep;
    // One for all who ask; the one before is let go of.
    if (newest === seen) {
      newest = readSweep(ports, { instance, upToDate });
      newest.catch(() => {
        newest = seen;
      });
    }
    const made = await newest;
    if (!made.isRecent()) throw tooSlow(ports);
    return made.sweep;
  };
  let newest = readSweep(ports, { ...options, instance, upToDate });
  return (await newest).sweep;
};
