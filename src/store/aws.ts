import type { Clock } from "../model/clock.ts";
import { SecretStoreError } from "../model/errors.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription, SecretStore } from "../model/ports.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { WritePace } from "../model/turn.ts";
import { ANSWERS, readAnswer, unusable } from "./aws-answers.ts";
import { type AwsClientOptions, type AwsClients, createAwsClients } from "./aws-clients.ts";
import { fromDescribe, fromListEntry, toTags } from "./aws-description.ts";
import { type AwsStep, toStoreError } from "./aws-errors.ts";
import { readFailure, surelyNotDone } from "./aws-failure.ts";
import { putVersion } from "./aws-put.ts";
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
const PAGE = 100;

/** AWS Secrets Manager. Never reads a value: the IAM policy that we ship denies it. */
export const createAwsStore = async (options: AwsStoreOptions): Promise<AwsStore> => {
  const clients = await createAwsClients(options);
  const { kmsKeyId, clock, telemetry, writesPerSecond = WRITES_PER_SECOND } = options;
  if (telemetry !== undefined) watchRequests(clients, { clock, telemetry });
  const pace = options.pace ?? createWritePace(clock, writesPerSecond);
  const describe = describeWith(clients);
  return {
    list: listWith(clients),
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

const listWith = (clients: AwsClients) => {
  const readPage = async (token: string | undefined) => {
    const command = new clients.sdk.ListSecretsCommand({
      Filters: [{ Key: "tag-key", Values: [LINEAGE_TAG] }],
      IncludePlannedDeletion: true,
      MaxResults: PAGE,
      NextToken: token,
    });
    const answer = readAnswer(
      ANSWERS.secrets,
      { step: "list" },
      await calling({ step: "list" }, () => clients.retrying.send(command, clients.bounded.retrying())),
    );
    const next = followingToken(token, answer.NextToken ?? undefined, { step: "list" });
    return { entries: answer.SecretList, next: next === "" ? undefined : next };
  };
  return async function* (): AsyncGenerator<SecretDescription> {
    let page: ReturnType<typeof readPage> | undefined = readPage(undefined);
    while (page !== undefined) {
      const { entries, next }: Awaited<ReturnType<typeof readPage>> = await page;
      // Under way while this one is worked through: only a page tells where the next one begins.
      page = next === undefined ? undefined : readPage(next);
      page?.catch(() => undefined);
      const region = await clients.region();
      for (const entry of entries) {
        const secret = fromListEntry(entry, region);
        // AWS filters by prefix; only the tag itself is ours.
        if (Object.hasOwn(secret.tags, LINEAGE_TAG)) yield secret;
      }
    }
  };
};

const describeWith =
  (clients: AwsClients) =>
  async (secretId: string): Promise<SecretDescription | undefined> => {
    const step: AwsStep = { step: "describe", secretId };
    try {
      const command = new clients.sdk.DescribeSecretCommand({ SecretId: secretId });
      const answer = await calling(step, () => clients.retrying.send(command, clients.bounded.retrying()));
      const secret = fromDescribe(readAnswer(ANSWERS.description, step, answer), await clients.region());
      // A proxy or a cache may answer with another's: what is done then would be done to a stranger.
      if (secret.arn !== secretId && secret.name !== secretId)
        throw unusable(step, "it describes another secret");
      return secret;
    } catch (error) {
      if (error instanceof SecretStoreError && error.code === "ERR_SECRET_NOT_FOUND") return undefined;
      throw error;
    }
  };

const versionsWith =
  (clients: AwsClients) =>
  async (secretId: string): Promise<readonly string[]> => {
    const step: AwsStep = { step: "versions", secretId };
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const command = new clients.sdk.ListSecretVersionIdsCommand({
        SecretId: secretId,
        IncludeDeprecated: true,
        MaxResults: PAGE,
        NextToken: token,
      });
      const answer = readAnswer(
        ANSWERS.versionIds,
        step,
        await calling(step, () => clients.retrying.send(command, clients.bounded.retrying())),
      );
      ids.push(...(answer.Versions ?? []).flatMap(({ VersionId }) => VersionId ?? []));
      token = followingToken(token, answer.NextToken ?? undefined, step);
    } while (token !== undefined && token !== "");
    return ids;
  };

/** The same page again and again would keep a pass going for ever. */
const followingToken = (
  sent: string | undefined,
  next: string | undefined,
  step: AwsStep,
): string | undefined => {
  if (next === undefined || next !== sent) return next;
  throw new SecretStoreError(
    `AWS answered ${step.step} with the page that was asked for as the next one. Is the endpoint Secrets Manager's?`,
    { code: "ERR_SECRET_UNAVAILABLE", ...step, outcome: "refused" },
  );
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

/** Retries hide what became of the attempts before the last, so only a first answer proves that nothing was done. */
const calling = async <Result>(step: AwsStep, send: () => Promise<Result>): Promise<Result> => {
  try {
    return await send();
  } catch (error) {
    const failure = readFailure(error);
    const refused = failure.attempts <= 1 && surelyNotDone(failure, true);
    throw toStoreError(failure, step, refused ? "refused" : "unknown");
  }
};
