import type { DescribeSecretResponse, SecretListEntry, Tag } from "@aws-sdk/client-secrets-manager";
import type { SecretDescription, SecretVersion } from "../model/ports.ts";

/** From DescribeSecret: the only one that tells how far replicas are. */
export const fromDescribe = (answer: DescribeSecretResponse, region: string): SecretDescription => ({
  ...common(answer, region),
  versions: versionsFrom(answer.VersionIdsToStages),
  replicasBehind: (answer.ReplicationStatus ?? [])
    .filter((replica) => replica.Status !== "InSync")
    .map(({ Region = "?", Status = "unknown", StatusMessage }) =>
      StatusMessage === undefined ? `${Region}: ${Status}` : `${Region}: ${Status}, ${StatusMessage}`,
    ),
});

/** From a page of ListSecrets, which says nothing of replicas: describe the secret before relying on them. */
export const fromListEntry = (entry: SecretListEntry, region: string): SecretDescription => ({
  ...common(entry, region),
  versions: versionsFrom(entry.SecretVersionsToStages),
  replicasBehind: [],
});

export const toTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const common = (answer: DescribeSecretResponse | SecretListEntry, region: string) => ({
  arn: answer.ARN ?? "",
  name: answer.Name ?? "",
  tags: Object.fromEntries((answer.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  lastChangedAt: answer.LastChangedDate,
  deletionDate: answer.DeletedDate,
  isReplica: answer.PrimaryRegion !== undefined && answer.PrimaryRegion !== region,
  rotationEnabled: answer.RotationEnabled === true,
  owningService: answer.OwningService,
});

const versionsFrom = (stages: Record<string, string[]> | undefined): readonly SecretVersion[] =>
  Object.entries(stages ?? {})
    .filter(([, labels]) => labels.length > 0)
    .map(([id, labels]) => ({ id, labels }));
