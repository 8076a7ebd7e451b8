import { AwsError, exists, invalidParameter, invalidRequest } from "./aws-error.ts";
import { type Call, type Operation, readSecret, seconds, writableSecret } from "./call.ts";
import { replication } from "./reads.ts";
import { type StoredSecret, versionOf } from "./state.ts";
import { withoutTags, withTags } from "./tags.ts";
import { newArn } from "./timeline.ts";
import { addVersion, changeLabel, checkToken, checkValue } from "./versions.ts";

const DAY = 86_400_000;
const CURRENT = "AWSCURRENT";

export const createSecret: Operation = (call) => {
  const { timeline, region, account, input } = call;
  const name = checkName(input.Name ?? "");
  const token = checkToken(input.ClientRequestToken);
  const found = timeline.find(region, name, timeline.now());
  if (found !== undefined) return existing(found, call);
  const at = timeline.now();
  const empty: StoredSecret = {
    name,
    region,
    arn: newArn(region, account, name),
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    tags: withTags({}, input.Tags ?? []),
    versions: [],
    replicas: (input.AddReplicaRegions ?? []).map(({ Region }) => ({
      region: Region,
      status: "InSync",
      message: undefined,
    })),
    createdAt: at,
    changedAt: at,
    accessedAt: undefined,
    deletionAt: undefined,
    rotationEnabled: false,
    owningService: undefined,
  };
  const value = givenValue(call);
  const secret = value === undefined ? empty : addVersion(empty, { id: token, value, labels: [CURRENT], at });
  timeline.commit(secret);
  return {
    ARN: secret.arn,
    Name: name,
    VersionId: value === undefined ? undefined : token,
    ReplicationStatus: replication(secret),
  };
};

export const putSecretValue: Operation = (call) => {
  const secret = writableSecret(call);
  const value = givenValue(call);
  const id = checkToken(call.input.ClientRequestToken);
  if (value === undefined) throw invalidRequest("You must provide either SecretString or SecretBinary.");
  const labels = call.input.VersionStages ?? [CURRENT];
  const after = addVersion(secret, { id, value, labels, at: call.timeline.now() });
  if (after !== secret) call.timeline.commit(after);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    VersionStages: versionOf(after, id)?.labels ?? [],
  };
};

export const updateSecret: Operation = (call) => {
  const { input, timeline } = call;
  const secret = writableSecret(call);
  const value = givenValue(call);
  const described: StoredSecret = {
    ...secret,
    description: input.Description ?? secret.description,
    kmsKeyId: input.KmsKeyId ?? secret.kmsKeyId,
  };
  if (value === undefined) {
    timeline.commit(described);
    return { ARN: secret.arn, Name: secret.name };
  }
  const id = checkToken(input.ClientRequestToken);
  timeline.commit(addVersion(described, { id, value, labels: [CURRENT], at: timeline.now() }));
  return { ARN: secret.arn, Name: secret.name, VersionId: id };
};

export const updateSecretVersionStage: Operation = (call) => {
  const secret = writableSecret(call);
  const { VersionStage, MoveToVersionId, RemoveFromVersionId } = call.input;
  if (VersionStage === undefined) throw invalidParameter("VersionStage can't be empty.");
  call.timeline.commit(
    changeLabel(secret, { label: VersionStage, to: MoveToVersionId, from: RemoveFromVersionId }),
  );
  return { ARN: secret.arn, Name: secret.name };
};

export const tagResource: Operation = (call) => {
  const secret = writableSecret(call);
  call.timeline.commit({ ...secret, tags: withTags(secret.tags, call.input.Tags ?? []) });
  return {};
};

export const untagResource: Operation = (call) => {
  const secret = writableSecret(call);
  call.timeline.commit({ ...secret, tags: withoutTags(secret.tags, call.input.TagKeys ?? []) });
  return {};
};

export const deleteSecret: Operation = (call) => {
  const { input, timeline } = call;
  const secret = writableSecret(call);
  if (secret.replicas.length > 0)
    throw invalidRequest("You can't delete secret that still has replica regions.");
  if (input.ForceDeleteWithoutRecovery === true) {
    timeline.remove(secret);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(timeline.now()) };
  }
  const days = input.RecoveryWindowInDays ?? 30;
  if (days < 7 || days > 30) throw invalidParameter("RecoveryWindowInDays must be between 7 and 30 days.");
  const deletionAt = timeline.now() + days * DAY;
  timeline.commit({ ...secret, deletionAt });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(deletionAt) };
};

export const restoreSecret: Operation = (call) => {
  const {
    primaryRegion: _primary,
    isReplica: _replica,
    ...secret
  } = readSecret({
    ...call,
    readAt: call.timeline.now(),
  });
  call.timeline.commit({ ...secret, deletionAt: undefined });
  return { ARN: secret.arn, Name: secret.name };
};

const checkName = (name: string): string => {
  if (/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) return name;
  throw new AwsError(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );
};

const givenValue = ({ input }: Call): string | undefined => {
  if (input.SecretBinary !== undefined) throw invalidParameter("This simulator keeps SecretString only.");
  return input.SecretString === undefined ? undefined : checkValue(input.SecretString);
};

const existing = (secret: StoredSecret, { input }: Call) => {
  if (secret.deletionAt !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const known = versionOf(secret, input.ClientRequestToken ?? "");
  if (known === undefined)
    throw exists(`The operation failed because the secret ${secret.name} already exists.`);
  if (known.value !== input.SecretString) {
    throw exists(
      `You can't use ClientRequestToken ${known.id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: known.id };
};
