import { CURRENT, PREVIOUS } from "../../../src/model/names.ts";
import type { SecretDescription } from "../../../src/model/ports.ts";

interface Version {
  readonly id: string;
  readonly value: string;
  labels: readonly string[];
}

export interface WorldSecret {
  readonly arn: string;
  readonly name: string;
  tags: Record<string, string>;
  readonly versions: Version[];
  lastChangedAt: number;
  deletionDate: number | undefined;
  /** What readers of the other region get; it follows at once unless it is stuck. */
  replica: { value: string | undefined; stuck: boolean };
}

/** A secret as it was from `since` on: reads may show one that is minutes old. */
interface Snapshot {
  readonly since: number;
  readonly description: SecretDescription | undefined;
  readonly versionIds: readonly string[];
}

const describe = (secret: WorldSecret): SecretDescription => ({
  arn: secret.arn,
  name: secret.name,
  versions: secret.versions
    .filter(({ labels }) => labels.length > 0)
    .map(({ id, labels }) => ({ id, labels: [...labels] })),
  tags: { ...secret.tags },
  lastChangedAt: new Date(secret.lastChangedAt),
  deletionDate: secret.deletionDate === undefined ? undefined : new Date(secret.deletionDate),
  isReplica: false,
  rotationEnabled: false,
  owningService: undefined,
  replicasBehind: secret.replica.stuck ? ["eu-west-2 (Failed)"] : [],
});

export const currentOf = (secret: WorldSecret): Version | undefined =>
  secret.versions.find(({ labels }) => labels.includes(CURRENT));

/** Secrets Manager as far as the port shows it, with every state that it was ever in. */
export const createStoreWorld = (now: () => number) => {
  const secrets: WorldSecret[] = [];
  const history = new Map<string, Snapshot[]>();
  /** When each value was last what a reader of AWSCURRENT would have got. */
  const lastCurrent = new Map<string, number>();

  const remember = (secret: WorldSecret, changed = true): void => {
    if (changed) secret.lastChangedAt = now();
    const snapshot = {
      since: now(),
      description: describe(secret),
      versionIds: secret.versions.map(({ id }) => id),
    };
    history.set(secret.arn, [...(history.get(secret.arn) ?? []), snapshot]);
  };
  const relabel = (secret: WorldSecret, next: Version): void => {
    const current = currentOf(secret);
    if (current !== undefined) lastCurrent.set(current.value, now());
    for (const version of secret.versions) version.labels = [];
    if (current !== undefined && current !== next) current.labels = [PREVIOUS];
    next.labels = [CURRENT];
    if (!secret.replica.stuck) secret.replica.value = next.value;
    remember(secret);
  };

  return {
    secrets: (): readonly WorldSecret[] => secrets,
    byName: (name: string): WorldSecret | undefined => secrets.find((secret) => secret.name === name),
    byId: (id: string): WorldSecret | undefined => secrets.find(({ arn, name }) => arn === id || name === id),
    create(name: string, tags: Readonly<Record<string, string>>): WorldSecret {
      const secret: WorldSecret = {
        arn: `arn:aws:secretsmanager:eu-west-1:1:secret:${name}-${secrets.length}`,
        name,
        tags: { ...tags },
        versions: [],
        lastChangedAt: now(),
        deletionDate: undefined,
        replica: { value: undefined, stuck: false },
      };
      secrets.push(secret);
      remember(secret);
      return secret;
    },
    setTags(secret: WorldSecret, tags: Readonly<Record<string, string>>): void {
      secret.tags = { ...secret.tags, ...tags };
      remember(secret);
    },
    dropTags(secret: WorldSecret): void {
      secret.tags = {};
      remember(secret);
    },
    /** False when that id stands for another value already. */
    put(secret: WorldSecret, id: string, value: string): boolean {
      const same = secret.versions.find((version) => version.id === id);
      if (same !== undefined) return same.value === value;
      const version: Version = { id, value, labels: [] };
      secret.versions.push(version);
      relabel(secret, version);
      return true;
    },
    moveCurrent: relabel,
    setDeletion(secret: WorldSecret, at: number | undefined): void {
      secret.deletionDate = at;
      remember(secret);
    },
    setReplicaStuck(secret: WorldSecret, stuck: boolean): void {
      secret.replica.stuck = stuck;
      if (!stuck) secret.replica.value = currentOf(secret)?.value;
      remember(secret, false);
    },
    /** The secret as a read that is `age` old shows it. */
    seen(secret: WorldSecret, age: number): Snapshot | undefined {
      return history.get(secret.arn)?.findLast(({ since }) => since <= now() - age);
    },
    lastCurrentAt(value: string): number | undefined {
      const isCurrent = secrets.some((secret) => currentOf(secret)?.value === value);
      return isCurrent ? Number.POSITIVE_INFINITY : lastCurrent.get(value);
    },
    isReadFromReplica: (value: string): boolean => secrets.some(({ replica }) => replica.value === value),
  };
};
