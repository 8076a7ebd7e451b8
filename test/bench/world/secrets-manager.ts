import { randomUUID } from "node:crypto";
import { bucketsByOperation } from "./aws-limits.ts";
import type { Bucket } from "./bucket.ts";
import { createCounter } from "./counts.ts";
import { arnOf, type Estate, lineageOfSecret, lineages } from "./estate.ts";
import { metadata, type StoredSecret, seeded, withVersion } from "./secret.ts";
import type { Answer, Asked, Site } from "./server.ts";

export interface SecretsManagerWorld {
  readonly estate: Estate;
  /** AWS's own limits per second; lifted, the program alone decides how fast it goes. */
  readonly limited: boolean;
}

interface Input {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly ClientRequestToken?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

const tagsOf = (input: Input): Record<string, string> =>
  Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));

export const openSecretsManager = ({ estate, limited }: SecretsManagerWorld): Site => {
  const counter = createCounter();
  const buckets = limited ? bucketsByOperation() : new Map<string, Bucket>();
  const changed = new Map<string, StoredSecret>();
  const created: StoredSecret[] = [];
  let throttled = 0;

  const find = (secretId: string): StoredSecret | undefined => {
    const kept = changed.get(secretId);
    if (kept !== undefined) return kept;
    const lineage = lineageOfSecret(estate, secretId);
    if (lineage === undefined) return undefined;
    return changed.get(arnOf(estate, lineage)) ?? seeded(estate, lineage);
  };
  const keep = (secret: StoredSecret): void => {
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
        const secret = changed.get(arn) as StoredSecret;
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
    const secret: StoredSecret = {
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
