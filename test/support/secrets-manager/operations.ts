import type { Operation } from "./call.ts";
import {
  batchGetSecretValue,
  describeSecret,
  getSecretValue,
  listSecrets,
  listSecretVersionIds,
} from "./reads.ts";
import {
  createSecret,
  deleteSecret,
  putSecretValue,
  restoreSecret,
  tagResource,
  untagResource,
  updateSecret,
  updateSecretVersionStage,
} from "./writes.ts";

const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchGetSecretValue: batchGetSecretValue,
  CreateSecret: createSecret,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  ListSecrets: listSecrets,
  ListSecretVersionIds: listSecretVersionIds,
  PutSecretValue: putSecretValue,
  RestoreSecret: restoreSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
};

export const operationNamed = (name: string): Operation | undefined =>
  Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;

export const isWrite = (name: string): boolean => /^(Create|Put|Tag|Untag|Update|Delete|Restore)/.test(name);
