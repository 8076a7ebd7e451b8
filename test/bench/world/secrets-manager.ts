import { randomUUID } from "node:crypto";
import { type Bucket, createBucket } from "./bucket.ts";
import { createCounter } from "./counts.ts";
import { arnOf, type Estate, lineageOfSecret, lineages, secretSeed } from "./estate.ts";
import type { Answer, Asked, Site } from "./server.ts";

export interface SecretsManagerWorld {
  readonly estate: Estate;
  /** AWS's own limits per second; lifted, the program alone decides how fast it goes. */
  readonly limited: boolean;
}

/** A secret that was changed since the reset. */
interface Changed {
  readonly name: string;
  readonly arn: string;
  readonly changedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<string, readonly string[]>>;
}

interface Input {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly ClientRequestToken?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Which operations share a limit, and how many a second it allows (aws-facts 1.4). */
const LIMITS: readonly { readonly perSecond: number; readonly operations: readonly string[] }[] = [
  { perSecond: 50, operations: ["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"] },
  { perSecond: 50, operations: ["TagResource", "UntagResource"] },
  { perSecond: 50, operations: ["CreateSecret"] },
  { perSecond: 50, operations: ["DeleteSecret"] },
  { perSecond: 50, operations: ["ListSecrets", "ListSecretVersionIds"] },
  { perSecond: 10_000, operations: ["DescribeSecret", "GetSecretValue"] },
];

const bucketsByOperation = (): ReadonlyMap<string, Bucket> =>
  new Map(
    LIMITS.flatMap(({ perSecond, operations }) => {
      const bucket = createBucket(perSecond, perSecond);
      return operations.map((operation) => [operation, bucket] as const);
    }),
  );

const seeded = (estate: Estate, lineage: number): Changed => {
  const { name, arn, storedAt, tags, current, previous } = secretSeed(estate, lineage);
  return {
    name,
    arn,
    changedAt: storedAt,
    tags,
    stages: { [current]: ["AWSCURRENT"], [previous]: ["AWSPREVIOUS"] },
  };
};

const metadata = ({ name, arn, changedAt, tags }: Changed): object => ({
  ARN: arn,
  Name: name,
  CreatedDate: 1_700_000_000,
  LastChangedDate: changedAt / 1_000,
  LastAccessedDate: 1_790_000_000,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

const tagsOf = (input: Input): Record<string, string> =>
  Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));

const withVersion = (secret: Changed, id: string): Changed => {
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

export const openSecretsManager = ({ estate, limited }: SecretsManagerWorld): Site => {
  const counter = createCounter();
  const buckets = limited ? bucketsByOperation() : new Map<string, Bucket>();
  const changed = new Map<string, Changed>();
  const created: Changed[] = [];
  let throttled = 0;

  const find = (secretId: string): Changed | undefined => {
    const kept = changed.get(secretId);
    if (kept !== undefined) return kept;
    const lineage = lineageOfSecret(estate, secretId);
    if (lineage === undefined) return undefined;
    return changed.get(arnOf(estate, lineage)) ?? seeded(estate, lineage);
  };
  const keep = (secret: Changed): void => {
    changed.set(secret.arn, secret);
    changed.set(secret.name, secret);
  };

  const list = ({ MaxResults = 100, NextToken }: Input): object => {
    const total = lineages(estate);
    const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, "base64").toString());
    const to = Math.min(total, from + MaxResults);
    const entries: object[] = [];
    for (let lineage = from; lineage < to; lineage += 1) {
      const secret = changed.get(arnOf(estate, lineage)) ?? seeded(estate, lineage);
      entries.push({ ...metadata(secret), SecretVersionsToStages: secret.stages });
    }
    // What is new stands on the last page; the bench never makes more of it than one page takes.
    if (to === total)
      for (const { arn } of created) {
        const secret = changed.get(arn) as Changed;
        entries.push({ ...metadata(secret), SecretVersionsToStages: secret.stages });
      }
    return {
      SecretList: entries,
      ...(to < total ? { NextToken: Buffer.from(String(to)).toString("base64") } : {}),
    };
  };

  const create = (input: Input): object => {
    const name = input.Name ?? "";
    if (find(name) !== undefined)
      throw new Refusal(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    const secret: Changed = {
      name,
      arn: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-Bench1`,
      changedAt: Date.now(),
      tags: tagsOf(input),
      stages: {},
    };
    created.push(secret);
    keep(secret);
    return { ARN: secret.arn, Name: name };
  };

  const operate = (operation: string, input: Input): object => {
    if (operation === "ListSecrets") return list(input);
    if (operation === "CreateSecret") return create(input);
    const secret = find(input.SecretId ?? "");
    if (secret === undefined)
      throw new Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    switch (operation) {
      case "DescribeSecret":
        return { ...metadata(secret), VersionIdsToStages: secret.stages };
      case "ListSecretVersionIds":
        return {
          ARN: secret.arn,
          Name: secret.name,
          Versions: Object.entries(secret.stages).map(([VersionId, VersionStages]) => ({
            VersionId,
            VersionStages,
            CreatedDate: secret.changedAt / 1_000,
          })),
        };
      case "TagResource":
        keep({ ...secret, changedAt: Date.now(), tags: { ...secret.tags, ...tagsOf(input) } });
        return {};
      case "PutSecretValue": {
        const id = input.ClientRequestToken ?? randomUUID();
        keep(withVersion(secret, id));
        return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: ["AWSCURRENT"] };
      }
      default:
        throw new Refusal("InvalidParameterException", `The bench knows no ${operation}.`);
    }
  };

  return {
    counter,
    extra: () => ({ throttled }),
    answer: ({ headers, body }: Asked): Answer => {
      const operation = String(headers["x-amz-target"] ?? "").replace(/^secretsmanager\./, "");
      if (buckets.get(operation)?.take() === false) {
        throttled += 1;
        return answerOf(operation, 400, THROTTLED);
      }
      try {
        return answerOf(operation, 200, operate(operation, JSON.parse(body) as Input));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return answerOf(operation, 400, {
          __type: error.type,
          message: error.message,
          Message: error.message,
        });
      }
    },
  };
};

class Refusal extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const THROTTLED = { __type: "ThrottlingException", message: "Rate exceeded", Message: "Rate exceeded" };

const answerOf = (operation: string, status: number, body: object): Answer => ({
  route: status === 400 && body === THROTTLED ? `${operation} (throttled)` : operation,
  status,
  headers: { "Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": randomUUID() },
  body: JSON.stringify(body),
});
