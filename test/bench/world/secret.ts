import { type Estate, secretSeed } from "./estate.ts";

/** A secret as it stands. */
export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  readonly changedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<string, readonly string[]>>;
}

export const seeded = (estate: Estate, lineage: number): StoredSecret => {
  const { name, arn, storedAt, tags, current, previous } = secretSeed(estate, lineage);
  return {
    name,
    arn,
    changedAt: storedAt,
    tags,
    stages: { [current]: ["AWSCURRENT"], [previous]: ["AWSPREVIOUS"] },
  };
};

export const metadata = ({ name, arn, changedAt, tags }: StoredSecret): object => ({
  ARN: arn,
  Name: name,
  CreatedDate: 1_700_000_000,
  LastStoredSecretDate: changedAt / 1_000,
  LastAccessedDate: 1_790_000_000,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** The version is AWSCURRENT, and the one that was becomes AWSPREVIOUS. */
export const withVersion = (secret: StoredSecret, id: string): StoredSecret => {
  const current = Object.entries(secret.stages).find(([, labels]) => labels.includes("AWSCURRENT"))?.[0];
  return {
    ...secret,
    changedAt: Date.now(),
    stages: {
      [id]: ["AWSCURRENT"],
      ...(current === undefined || current === id ? {} : { [current]: ["AWSPREVIOUS"] }),
    },
  };
};
