import { type Bucket, createBucket } from "./bucket.ts";

/** Which operations share a limit, and how many a second it allows (aws-facts 1.4). */
const LIMITS: readonly { readonly perSecond: number; readonly operations: readonly string[] }[] = [
  { perSecond: 50, operations: ["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"] },
  { perSecond: 50, operations: ["TagResource", "UntagResource"] },
  { perSecond: 50, operations: ["CreateSecret"] },
  { perSecond: 50, operations: ["DeleteSecret"] },
  { perSecond: 50, operations: ["ListSecrets", "ListSecretVersionIds"] },
  { perSecond: 10_000, operations: ["DescribeSecret", "GetSecretValue"] },
];

export const bucketsByOperation = (): ReadonlyMap<string, Bucket> =>
  new Map(
    LIMITS.flatMap(({ perSecond, operations }) => {
      const bucket = createBucket(perSecond, perSecond);
      return operations.map((operation) => [operation, bucket] as const);
    }),
  );
