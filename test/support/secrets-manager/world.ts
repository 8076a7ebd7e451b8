import { randomUUID } from "node:crypto";
import type { Call, Input } from "./call.ts";
import { holderOf, type StoredSecret } from "./state.ts";
import type { LabelMove, Timeline } from "./timeline.ts";
import { changeLabel } from "./versions.ts";
import {
  createSecret,
  deleteSecret,
  putSecretValue,
  restoreSecret,
  tagResource,
  untagResource,
} from "./writes.ts";

export interface NewSecret {
  readonly name: string;
  readonly value?: string;
  readonly versionId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly kmsKeyId?: string;
  readonly replicas?: readonly string[];
  /** Where it lives, if not in the simulator's own region. */
  readonly region?: string;
}

/** What people do to the secrets, past the API and its faults. */
export interface SecretsManagerWorld {
  readonly history: readonly LabelMove[];
  createSecret(secret: NewSecret): void;
  /** Returns the version's id. */
  putValue(name: string, value: string, versionId?: string): string;
  moveLabel(name: string, label: string, toVersionId: string): void;
  setTags(name: string, tags: Readonly<Record<string, string>>): void;
  removeTags(name: string, keys: readonly string[]): void;
  scheduleDeletion(name: string, days?: number): void;
  restore(name: string): void;
  /** At once, as the end of the recovery window does. */
  remove(name: string): void;
  setReplicaStatus(name: string, region: string, status: string, message?: string): void;
  setRotationEnabled(name: string, enabled: boolean): void;
  setOwningService(name: string, service: string | undefined): void;
  /** The state itself, for assertions. */
  secret(name: string): StoredSecret | undefined;
}

export const createWorld = (timeline: Timeline, region: string, account: string): SecretsManagerWorld => {
  const call = (input: Input, where = region): Call => ({
    timeline,
    region: where,
    account,
    input,
    readAt: timeline.now(),
  });
  const secret = (name: string): StoredSecret | undefined => {
    const seen = timeline.find(region, name, timeline.now());
    if (seen === undefined) return undefined;
    const { primaryRegion: _primary, isReplica: _replica, ...stored } = seen;
    return stored;
  };
  const change = (name: string, edit: (secret: StoredSecret) => StoredSecret): void => {
    const found = secret(name);
    if (found === undefined) throw new Error(`no secret ${name}`);
    timeline.commit(edit(found));
  };

  return {
    history: timeline.history,
    secret,
    createSecret: (fresh) => {
      createSecret(call(creation(fresh), fresh.region));
    },
    putValue: (name, value, versionId = randomUUID()) => {
      putSecretValue(call({ SecretId: name, SecretString: value, ClientRequestToken: versionId }));
      return versionId;
    },
    moveLabel: (name, label, to) =>
      change(name, (found) => changeLabel(found, { label, to, from: holderOf(found, label)?.id })),
    setTags: (name, tags) => {
      tagResource(call({ SecretId: name, Tags: toTags(tags) }));
    },
    removeTags: (name, keys) => {
      untagResource(call({ SecretId: name, TagKeys: keys }));
    },
    scheduleDeletion: (name, days = 30) => {
      deleteSecret(call({ SecretId: name, RecoveryWindowInDays: days }));
    },
    restore: (name) => {
      restoreSecret(call({ SecretId: name }));
    },
    remove: (name) => {
      const found = secret(name);
      if (found !== undefined) timeline.remove(found);
    },
    setReplicaStatus: (name, where, status, message) =>
      change(name, (found) => ({
        ...found,
        replicas: [
          ...found.replicas.filter((replica) => replica.region !== where),
          { region: where, status, message },
        ],
      })),
    setRotationEnabled: (name, enabled) => change(name, (found) => ({ ...found, rotationEnabled: enabled })),
    setOwningService: (name, service) => change(name, (found) => ({ ...found, owningService: service })),
  };
};

const toTags = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const creation = (fresh: NewSecret): Input => ({
  Name: fresh.name,
  ClientRequestToken: fresh.versionId ?? randomUUID(),
  Tags: toTags(fresh.tags ?? {}),
  AddReplicaRegions: (fresh.replicas ?? []).map((Region) => ({ Region })),
  ...(fresh.value === undefined ? {} : { SecretString: fresh.value }),
  ...(fresh.kmsKeyId === undefined ? {} : { KmsKeyId: fresh.kmsKeyId }),
});
