import type { Tag } from "@aws-sdk/client-secrets-manager";
import type { SecretDescription, SecretVersion } from "../model/ports.ts";
import type { Description, ListEntry } from "./aws-answers.ts";

/** From DescribeSecret: the only one that tells how far replicas are. */
export const fromDescribe = (answer: Description, region: string): SecretDescription => ({
  ...common(answer, region),
  versions: versionsFrom(answer.VersionIdsToStages),
  replicasBehind: (answer.ReplicationStatus ?? [])
    .filter((replica) => replica.Status !== "InSync")
    .map(({ Region, Status, StatusMessage }) =>
      [`${Region ?? "?"}: ${Status ?? "unknown"}`, StatusMessage].filter(Boolean).join(", "),
    ),
});

/** From a page of ListSecrets, which says nothing of replicas: describe the secret before relying on them. */
export const fromListEntry = (entry: ListEntry, region: string): SecretDescription => ({
  ...common(entry, region),
  versions: versionsFrom(entry.SecretVersionsToStages),
  replicasBehind: [],
});

export const toTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const common = (answer: Description | ListEntry, region: string) => ({
  arn: answer.ARN,
  name: answer.Name,
  tags: Object.fromEntries((answer.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? ""])),
  lastChangedAt: answer.LastChangedDate ?? undefined,
  deletionDate: answer.DeletedDate ?? undefined,
  isReplica: typeof answer.PrimaryRegion === "string" && answer.PrimaryRegion !== region,
  rotationEnabled: answer.RotationEnabled === true,
  owningService: answer.OwningService ?? undefined,
});

const versionsFrom = (stages: Description["VersionIdsToStages"]): readonly SecretVersion[] =>
  stages.filter(([, labels]) => labels.length > 0).map(([id, labels]) => ({ id, labels }));
