import { SecretStoreError } from "../model/errors.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription, SecretStore } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { decodeVersionId } from "../model/version-id.ts";
import { elapsedSince, instantOf } from "./deadline.ts";
import type { Ports } from "./observe.ts";

/** All secrets of this instance's lineages, as one ListSecrets sweep showed them; it may be minutes old. */
export interface Sweep {
  /** False where not all secrets could be listed; `incompleteBecause` says why. */
  readonly complete: boolean;
  readonly incompleteBecause: string | undefined;
  readonly secrets: readonly SecretDescription[];
  tagged(tag: string): readonly SecretDescription[];
  /** Token names whose secrets belong to the target. */
  namesOf(target: Target): readonly string[];
  /** Whether the labels of a secret other than this one name the token. */
  isClaimedElsewhere(tokenId: number, arn: string | undefined): boolean;
  /**
   * This one, or a new one where it is too old to act upon: a secret made since would be overlooked, and its token taken
   * for one that nothing holds.
   */
  upToDate(): Promise<Sweep>;
}

type SweepPorts = Pick<Ports, "store" | "clock" | "safety">;

const pushTo = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};

/** Without these a pass goes on with what it can see; any other failure of the store is everyone's. */
const SOME_UNSEEN: readonly string[] = ["ERR_SECRET_ACCESS_DENIED", "ERR_SECRET_INVALID"];

const readAll = async (
  store: SecretStore,
): Promise<{ readonly secrets: readonly SecretDescription[]; readonly problem: Error | undefined }> => {
  const secrets: SecretDescription[] = [];
  try {
    for await (const secret of store.list()) secrets.push(secret);
    return { secrets, problem: undefined };
  } catch (error) {
    if (error instanceof SecretStoreError && SOME_UNSEEN.includes(error.code))
      return { secrets, problem: error };
    throw error;
  }
};

export const sweepSecrets = async (ports: SweepPorts, instance: string): Promise<Sweep> => {
  const { store, clock, safety } = ports;
  const begun = instantOf(clock);
  const { secrets: all, problem } = await readAll(store);
  const secrets: SecretDescription[] = [];
  const byTag = new Map<string, SecretDescription[]>();
  const names = new Map<string, string[]>();
  const holders = new Map<number, string[]>();
  for (const secret of all) {
    const tag = secret.tags[LINEAGE_TAG];
    const lineage = tag === undefined ? undefined : decodeLineageTag(tag);
    if (tag === undefined || lineage?.instance !== instance) continue;
    secrets.push(secret);
    pushTo(byTag, tag, secret);
    if (lineage.token !== undefined) pushTo(names, `${lineage.kind} ${lineage.targetId}`, lineage.token);
    for (const { id } of secret.versions) {
      const version = decodeVersionId(id);
      if (version !== undefined) pushTo(holders, version.tokenId, secret.arn);
    }
  }
  let next: Promise<Sweep> | undefined;
  const again = (): Promise<Sweep> => {
    next ??= sweepSecrets(ports, instance).catch((error: unknown) => {
      next = undefined;
      throw error;
    });
    return next;
  };
  const sweep: Sweep = {
    complete: problem === undefined,
    incompleteBecause: problem?.message,
    secrets,
    tagged: (tag) => byTag.get(tag) ?? [],
    namesOf: ({ kind, id }) => names.get(`${kind} ${id}`) ?? [],
    isClaimedElsewhere: (tokenId, arn) => holders.get(tokenId)?.some((other) => other !== arn) ?? false,
    // A token of a secret that this one misses is younger than this and a stale read together, and so in progress.
    upToDate: async () =>
      elapsedSince(clock, begun) <= safety.strayAfter / 2 ? sweep : (await again()).upToDate(),
  };
  return sweep;
};
