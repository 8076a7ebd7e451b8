import { type DeployToken, isLive } from "../model/deploy-token.ts";

/** Many tokens by id, in some sixty bytes each, a third of them outside of the heap: what recurs stands once. */
export interface TokenTable {
  readonly size: number;
  add(token: DeployToken): void;
  get(id: number): DeployToken | undefined;
  /** Ids of the tokens that GitLab still honours. */
  liveIds(now: Date): Iterable<number>;
}

const NEVER = Number.POSITIVE_INFINITY;

type Kind = Pick<DeployToken, "name" | "scopes" | "revoked"> & {
  /** Absent where GitLab gave the one that it makes of the id. */
  readonly username: string | undefined;
};

const givenUsername = (id: number): string => `gitlab+deploy-token-${id}`;

const enlarge = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(2 * old.length);
  larger.set(old);
  return larger;
};

export const createTokenTable = (): TokenTable => {
  const kinds: Kind[] = [];
  const numbers = new Map<string, number>();
  const rows = new Map<number, number>();
  let expiries: Float64Array<ArrayBuffer> = new Float64Array(64);
  let kindOf: Float64Array<ArrayBuffer> = new Float64Array(64);

  const numberOf = (kind: Kind): number => {
    const key = JSON.stringify([kind.name, kind.username, kind.scopes, kind.revoked]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, kinds.length);
    return kinds.push(kind) - 1;
  };
  const tokenAt = (id: number, row: number): DeployToken => {
    const { name, username, scopes, revoked } = kinds[kindOf[row] ?? 0] as Kind;
    const expiry = expiries[row] ?? NEVER;
    const expiresAt = expiry === NEVER ? undefined : new Date(expiry);
    return { id, name, username: username ?? givenUsername(id), expiresAt, scopes, revoked };
  };
  return {
    get size() {
      return rows.size;
    },
    add: ({ id, name, username, expiresAt, scopes, revoked }) => {
      const row = rows.get(id) ?? rows.size;
      rows.set(id, row);
      if (row === expiries.length) {
        expiries = enlarge(expiries);
        kindOf = enlarge(kindOf);
      }
      expiries[row] = expiresAt?.getTime() ?? NEVER;
      const own = username === givenUsername(id) ? undefined : username;
      kindOf[row] = numberOf({ name, username: own, scopes, revoked });
    },
    get: (id) => {
      const row = rows.get(id);
      return row === undefined ? undefined : tokenAt(id, row);
    },
    *liveIds(now) {
      for (const [id, row] of rows) if (isLive(tokenAt(id, row), now)) yield id;
    },
  };
};
