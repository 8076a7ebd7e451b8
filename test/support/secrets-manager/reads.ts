import { invalidParameter, markedForDeletion, notFound } from "./aws-error.ts";
import { type Call, type Operation, page, readSecret, seconds } from "./call.ts";
import { holderOf, type SeenSecret, versionOf } from "./state.ts";
import { toAwsTags } from "./tags.ts";

const DAY = 86_400_000;

const day = (time: number): number => seconds(Math.floor(time / DAY) * DAY);

const stages = (secret: SeenSecret): Record<string, readonly string[]> | undefined => {
  const labelled = secret.versions.filter((version) => version.labels.length > 0);
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map((version) => [version.id, version.labels]));
};

/** What DescribeSecret and an entry of ListSecrets have in common; JSON leaves out what is undefined. */
const metadata = (secret: SeenSecret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  RotationEnabled: secret.rotationEnabled ? true : undefined,
  OwningService: secret.owningService,
  PrimaryRegion: secret.primaryRegion,
  CreatedDate: seconds(secret.createdAt),
  LastChangedDate: seconds(secret.changedAt),
  LastAccessedDate: secret.accessedAt === undefined ? undefined : day(secret.accessedAt),
  DeletedDate: secret.deletionAt === undefined ? undefined : seconds(secret.deletionAt),
  Tags: toAwsTags(secret.tags),
});

export const replication = (secret: Pick<SeenSecret, "replicas">) =>
  secret.replicas.length === 0
    ? undefined
    : secret.replicas.map(({ region, status, message }) => ({
        Region: region,
        KmsKeyId: "alias/aws/secretsmanager",
        Status: status,
        StatusMessage: message,
      }));

export const describeSecret: Operation = (call) => {
  const secret = readSecret(call);
  return {
    ...metadata(secret),
    VersionIdsToStages: stages(secret),
    ReplicationStatus: secret.isReplica ? undefined : replication(secret),
  };
};

export const listSecretVersionIds: Operation = (call) => {
  const secret = readSecret(call);
  const versions = secret.versions
    .filter((version) => call.input.IncludeDeprecated === true || version.labels.length > 0)
    .map((version) => ({
      VersionId: version.id,
      VersionStages: version.labels.length > 0 ? version.labels : undefined,
      CreatedDate: seconds(version.createdAt),
      KmsKeyIds: ["DefaultEncryptionKey"],
    }));
  const { items, NextToken } = page(versions, call.input);
  return { ARN: secret.arn, Name: secret.name, Versions: items, NextToken };
};

export const listSecrets: Operation = (call) => {
  const found = call.timeline
    .all(call.region, call.readAt)
    .filter((secret) => secret.deletionAt === undefined || call.input.IncludePlannedDeletion === true)
    .filter((secret) => (call.input.Filters ?? []).every((filter) => passes(secret, filter)))
    .map((secret) => ({ ...metadata(secret), SecretVersionsToStages: stages(secret) }));
  const { items, NextToken } = page(found, call.input);
  return { SecretList: items, NextToken };
};

export const getSecretValue: Operation = (call) => value(readSecret(call), call);

export const batchGetSecretValue: Operation = (call) => {
  const answers = (call.input.SecretIdList ?? []).map((SecretId) => {
    const secret = call.timeline.find(call.region, SecretId, call.readAt);
    return secret === undefined
      ? { error: { SecretId, ErrorCode: "ResourceNotFoundException", Message: notFound().message } }
      : { value: value(secret, call) };
  });
  return {
    SecretValues: answers.map((answer) => answer.value).filter((each) => each !== undefined),
    Errors: answers.map((answer) => answer.error).filter((each) => each !== undefined),
  };
};

const value = (secret: SeenSecret, { input, timeline }: Call) => {
  if (secret.deletionAt !== undefined) throw markedForDeletion();
  const label = input.VersionStage ?? "AWSCURRENT";
  const version =
    input.VersionId === undefined ? holderOf(secret, label) : versionOf(secret, input.VersionId);
  if (version === undefined) {
    throw notFound(`secret value for staging label: ${label}`);
  }
  const { primaryRegion: _primary, isReplica, ...stored } = secret;
  if (!isReplica) timeline.touch({ ...stored, accessedAt: timeline.now() });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: version.labels,
    CreatedDate: seconds(version.createdAt),
  };
};

const FIELDS: Record<string, (secret: SeenSecret) => readonly (string | undefined)[]> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description],
  "tag-key": ({ tags }) => Object.keys(tags),
  "tag-value": ({ tags }) => Object.values(tags),
  "primary-region": ({ primaryRegion }) => [primaryRegion],
  "owning-service": ({ owningService }) => [owningService],
  all: (secret) => [
    secret.name,
    secret.description,
    ...Object.keys(secret.tags),
    ...Object.values(secret.tags),
  ],
};

/** A filter matches by prefix; `!` turns it round; several values are alternatives. */
const passes = (
  secret: SeenSecret,
  { Key, Values }: { readonly Key: string; readonly Values: readonly string[] },
): boolean => {
  const fields = FIELDS[Key];
  if (fields === undefined) throw invalidParameter(`Filter key ${Key} is not valid.`);
  const starts = (prefix: string): boolean => fields(secret).some((field) => field?.startsWith(prefix));
  return Values.some((wanted) => (wanted.startsWith("!") ? !starts(wanted.slice(1)) : starts(wanted)));
};
