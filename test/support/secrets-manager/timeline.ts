import { randomBytes } from "node:crypto";
import type { SeenSecret, StoredSecret } from "./state.ts";

/** Every move of a staging label. `from` is absent for a label that nobody held, `to` for one that was taken off. */
export interface LabelMove {
  readonly at: Date;
  readonly secret: string;
  readonly label: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

interface Entry {
  readonly at: number;
  readonly secret: StoredSecret | undefined;
}

/** The secrets, and what each was at any earlier time. */
export interface Timeline {
  readonly history: readonly LabelMove[];
  now(): number;
  /** By name, ARN, or ARN without its random end. */
  find(region: string, secretId: string, at: number): SeenSecret | undefined;
  all(region: string, at: number): readonly SeenSecret[];
  /** Remembers `secret` as changed now. */
  commit(secret: StoredSecret): StoredSecret;
  /** Remembers a change that is none to the secret itself (a read). */
  touch(secret: StoredSecret): void;
  remove(secret: StoredSecret): void;
}

export const createTimeline = (now: () => number): Timeline => {
  const shelves = new Map<string, Entry[]>();
  const history: LabelMove[] = [];

  const push = (key: string, secret: StoredSecret | undefined): void => {
    const before = shelves.get(key)?.at(-1)?.secret;
    history.push(...labelMoves(before, secret, now()));
    shelves.set(key, [...(shelves.get(key) ?? []), { at: now(), secret }]);
  };

  const all = (region: string, at: number): SeenSecret[] =>
    [...shelves.values()]
      .map((entries) => entries.findLast((entry) => entry.at <= at)?.secret)
      .filter((secret) => secret !== undefined)
      .map((secret) => seenFrom(region, secret))
      .filter((secret) => secret !== undefined);

  return {
    history,
    now,
    all,
    find: (region, secretId, at) =>
      all(region, at).find(
        ({ name, arn }) => secretId === name || secretId === arn || secretId === arn.slice(0, -7),
      ),
    commit: (secret) => {
      const changed = { ...secret, changedAt: now() };
      push(keyOf(secret), changed);
      return changed;
    },
    touch: (secret) => push(keyOf(secret), secret),
    remove: (secret) => push(keyOf(secret), undefined),
  };
};

export const newArn = (region: string, account: string, name: string): string => {
  const suffix = randomBytes(24)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "");
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix.slice(0, 6).padEnd(6, "x")}`;
};

const keyOf = (secret: StoredSecret): string => `${secret.region} ${secret.name}`;

const seenFrom = (region: string, secret: StoredSecret): SeenSecret | undefined => {
  if (secret.region === region) {
    const primaryRegion = secret.replicas.length > 0 ? region : undefined;
    return { ...secret, primaryRegion, isReplica: false };
  }
  if (!secret.replicas.some((replica) => replica.region === region)) return undefined;
  const arn = secret.arn.replace(`:${secret.region}:`, `:${region}:`);
  return { ...secret, arn, primaryRegion: secret.region, isReplica: true };
};

const labelMoves = (
  before: StoredSecret | undefined,
  after: StoredSecret | undefined,
  at: number,
): LabelMove[] => {
  const [old, fresh] = [holders(before), holders(after)];
  const secret = (after ?? before)?.name ?? "";
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((label) => old.get(label) !== fresh.get(label))
    .map((label) => ({ at: new Date(at), secret, label, from: old.get(label), to: fresh.get(label) }));
};

const holders = (secret: StoredSecret | undefined): Map<string, string> =>
  new Map((secret?.versions ?? []).flatMap(({ id, labels }) => labels.map((label) => [label, id] as const)));
