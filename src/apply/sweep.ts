import { SecretStoreError } from "../model/errors.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription, SecretStore } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { decodeVersionId } from "../model/version-id.ts";

/** All secrets of this instance's lineages, as one ListSecrets sweep showed them; it may be minutes old. */
export interface Sweep {
  /** False where the secrets may not be listed; `deniedBecause` says why. */
  readonly complete: boolean;
  readonly deniedBecause: string | undefined;
  tagged(tag: string): readonly SecretDescription[];
  /** Token names whose secrets belong to the target. */
  namesOf(target: Target): readonly string[];
  /** Whether the labels of a secret other than this one name the token. */
  isClaimedElsewhere(tokenId: number, arn: string | undefined): boolean;
}

const pushTo = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};

const readAll = async (store: SecretStore): Promise<readonly SecretDescription[] | SecretStoreError> => {
  const secrets: SecretDescription[] = [];
  try {
    for await (const secret of store.list()) secrets.push(secret);
    return secrets;
  } catch (error) {
    if (error instanceof SecretStoreError && error.code === "ERR_SECRET_ACCESS_DENIED") return error;
    throw error;
  }
};

export const sweepSecrets = async (store: SecretStore, instance: string): Promise<Sweep> => {
  const read = await readAll(store);
  const denied = read instanceof SecretStoreError ? read : undefined;
  const secrets = read instanceof SecretStoreError ? [] : read;
  const byTag = new Map<string, SecretDescription[]>();
  const names = new Map<string, string[]>();
  const holders = new Map<number, string[]>();
  for (const secret of secrets) {
    const tag = secret.tags[LINEAGE_TAG];
    const lineage = tag === undefined ? undefined : decodeLineageTag(tag);
    if (tag === undefined || lineage?.instance !== instance) continue;
    pushTo(byTag, tag, secret);
    if (lineage.token !== undefined) pushTo(names, `${lineage.kind} ${lineage.targetId}`, lineage.token);
    for (const { id } of secret.versions) {
      const version = decodeVersionId(id);
      if (version !== undefined) pushTo(holders, version.tokenId, secret.arn);
    }
  }
  return {
    complete: denied === undefined,
    deniedBecause: denied?.message,
    tagged: (tag) => byTag.get(tag) ?? [],
    namesOf: ({ kind, id }) => names.get(`${kind} ${id}`) ?? [],
    isClaimedElsewhere: (tokenId, arn) => holders.get(tokenId)?.some((other) => other !== arn) ?? false,
  };
};
