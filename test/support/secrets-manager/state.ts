/** What the simulator keeps. Immutable, so that an older state can still be read. */
export interface StoredVersion {
  readonly id: string;
  readonly value: string;
  readonly labels: readonly string[];
  readonly createdAt: number;
}

export interface StoredReplica {
  readonly region: string;
  readonly status: string;
  readonly message: string | undefined;
}

export interface StoredSecret {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly StoredVersion[];
  readonly replicas: readonly StoredReplica[];
  readonly createdAt: number;
  readonly changedAt: number;
  readonly accessedAt: number | undefined;
  readonly deletionAt: number | undefined;
  readonly rotationEnabled: boolean;
  readonly owningService: string | undefined;
}

/** A secret as one region sees it. */
export interface SeenSecret extends StoredSecret {
  /** Set when the secret has replicas, or is one. */
  readonly primaryRegion: string | undefined;
  readonly isReplica: boolean;
}

export const holderOf = (secret: StoredSecret, label: string): StoredVersion | undefined =>
  secret.versions.find((version) => version.labels.includes(label));

export const versionOf = (secret: StoredSecret, id: string): StoredVersion | undefined =>
  secret.versions.find((version) => version.id === id);
