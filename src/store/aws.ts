import type { Clock } from "../model/clock.ts";
import { SecretStoreError } from "../model/errors.ts";
import type { SecretDescription, SecretStore } from "../model/ports.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { WritePace } from "../model/turn.ts";
import { ANSWERS, readAnswer } from "./aws-answers.ts";
import { calling } from "./aws-calling.ts";
import { type AwsClientOptions, type AwsClients, createAwsClients } from "./aws-clients.ts";
import { toTags } from "./aws-description.ts";
import type { AwsStep } from "./aws-errors.ts";
import { readFailure } from "./aws-failure.ts";
import { putVersion } from "./aws-put.ts";
import { describeWith, listWith, versionsWith } from "./aws-reads.ts";
import { watchRequests } from "./aws-telemetry.ts";
import { createWritePace } from "./pace.ts";

export interface AwsStoreOptions extends AwsClientOptions {
  readonly kmsKeyId?: string | undefined;
  readonly clock: Clock;
  /** Of each kind; AWS allows 50 in an account and region. */
  readonly writesPerSecond?: number | undefined;
  /** A pace that other processes share, in place of `writesPerSecond`. */
  readonly pace?: WritePace | undefined;
  readonly telemetry?: Telemetry | undefined;
}

export interface AwsStore extends SecretStore {
  close(): void;
}

const WRITES_PER_SECOND = 49;

/** AWS Secrets Manager. Never reads a value: the IAM policy that we ship denies it. */
export const createAwsStore = async (options: AwsStoreOptions): Promise<AwsStore> => {
  const clients = await createAwsClients(options);
  const { kmsKeyId, clock, telemetry, writesPerSecond = WRITES_PER_SECOND } = options;
  if (telemetry !== undefined) watchRequests(clients, { clock, telemetry });
  const pace = options.pace ?? createWritePace(clock, writesPerSecond);
  const describe = describeWith(clients);
  return {
    list: listWith(clients, clock),
    describe,
    versions: versionsWith(clients),
    ensure: async (name, tags) => {
      await pace("create");
      return (await createSecret(clients, { name, tags, kmsKeyId })) ?? arnOf(describe, name);
    },
    record: async (secretId, tags, conditions) => {
      await pace("tag");
      conditions?.gate?.();
      await tagSecret(clients, secretId, tags);
    },
    put: (secretId, put) => putVersion({ clients, clock, kmsKeyId, pace }, secretId, put),
    close: clients.close,
  };
};

interface Creation {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly kmsKeyId: string | undefined;
}

/** `undefined` when a secret of that name exists already. */
const createSecret = async (
  clients: AwsClients,
  { name, tags, kmsKeyId }: Creation,
): Promise<string | undefined> => {
  const command = new clients.sdk.CreateSecretCommand({
    Name: name,
    Tags: toTags(tags),
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
  });
  const step: AwsStep = { step: "ensure", secretId: name, kmsKeyId };
  const answer = await calling(step, async () => {
    try {
      return await clients.retrying.send(command, clients.bounded.retrying());
    } catch (error) {
      if (readFailure(error).name === "ResourceExistsException") return undefined;
      throw error;
    }
  });
  return answer && readAnswer(ANSWERS.created, step, answer).ARN;
};

const arnOf = async (
  describe: (secretId: string) => Promise<SecretDescription | undefined>,
  name: string,
): Promise<string> => {
  const found = await describe(name);
  if (found !== undefined) return found.arn;
  throw new SecretStoreError(
    `secret ${name} exists, but cannot be described yet: AWS shows fresh secrets late. The next pass tries again.`,
    { code: "ERR_SECRET_UNAVAILABLE", step: "ensure", secretId: name, outcome: "unknown" },
  );
};

const tagSecret = async (
  clients: AwsClients,
  secretId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> => {
  const command = new clients.sdk.TagResourceCommand({ SecretId: secretId, Tags: toTags(tags) });
  await calling({ step: "record", secretId }, () =>
    clients.retrying.send(command, clients.bounded.retrying()),
  );
};
