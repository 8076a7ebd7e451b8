import type { DeployToken } from "../model/deploy-token.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../model/names.ts";
import type { TokenEntry } from "../model/policy.ts";
import type { SecretDescription } from "../model/ports.ts";
import { decodeRecord } from "../model/record.ts";
import { decodeVersionId } from "../model/version-id.ts";
import { names } from "../plan/account.ts";
import { type Coverage, covers } from "../plan/coverage.ts";
import type { TokenTable } from "./token-table.ts";

/** The tokens that a secret's versions name, where id, expiry and the name of its lineage agree. */
export const tokensNamedBy = ({ versions, tags }: SecretDescription, tokens: TokenTable): DeployToken[] => {
  const lineage = decodeLineageTag(tags[LINEAGE_TAG] ?? "");
  return versions.flatMap(({ id }) => {
    const version = decodeVersionId(id);
    const token = version && tokens.get(version.tokenId);
    if (version === undefined || token?.name !== lineage?.token) return [];
    return token !== undefined && names(version, token) ? token : [];
  });
};

/**
 * Whether the secret's record lists a token that there is. It lists no more than ids, which a restored GitLab gives out
 * again: only a look at the target tells whether they are still its own.
 */
export const listsOthers = ({ tags }: SecretDescription, tokens: TokenTable): boolean => {
  const record = decodeRecord(tags[ROTATION_TAG] ?? "");
  return [...(record?.existing ?? []), ...(record?.strays ?? [])].some((id) => tokens.get(id) !== undefined);
};

/** Live tokens that no version of a secret names: any target whose policy takes up such a name may own them. */
export interface UnplacedTokens {
  mayBelongTo(coverage: Coverage): boolean;
  /** A target's own list holds these, so no other target does. */
  found(tokens: readonly DeployToken[]): void;
}

export interface Placing {
  /** A secret's versions name these. */
  place(tokens: readonly DeployToken[]): void;
  unplaced(now: Date): UnplacedTokens;
}

export const createPlacing = (tokens: TokenTable): Placing => {
  const placed = new Set<number>();
  return {
    place: (named) => {
      for (const { id } of named) placed.add(id);
    },
    unplaced: (now) => {
      const byName = new Map<string, Set<number>>();
      for (const id of tokens.liveIds(now)) {
        const token = placed.has(id) ? undefined : tokens.get(id);
        if (token !== undefined) byName.set(token.name, (byName.get(token.name) ?? new Set()).add(id));
      }
      return unplacedAmong(byName);
    },
  };
};

const unplacedAmong = (byName: ReadonlyMap<string, Set<number>>): UnplacedTokens => {
  // The projects below a group share their lists.
  const namesOf = new WeakMap<readonly TokenEntry[], readonly string[]>();
  const namesIn = (list: readonly TokenEntry[]): readonly string[] => {
    const known = namesOf.get(list) ?? [...byName.keys()].filter((name) => covers([list], name));
    namesOf.set(list, known);
    return known;
  };
  return {
    mayBelongTo: ({ lists }) =>
      lists.some((list) => namesIn(list).some((name) => (byName.get(name)?.size ?? 0) > 0)),
    found: (listed) => {
      for (const { id, name } of listed) byName.get(name)?.delete(id);
    },
  };
};
