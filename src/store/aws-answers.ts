import { z } from "zod";
import { SECOND } from "../model/duration.ts";
import { SecretStoreError } from "../model/errors.ts";
import { issueText } from "../model/issue-text.ts";
import type { AwsStep } from "./aws-errors.ts";

// The SDK hands on whatever stands in an answer, under types that it never checks.

const MAX_NAME = 512;
const MAX_TEXT = 2_048;
const MAX_LISTED = 1_000;

const text = z.string().max(MAX_TEXT);

/** Counted before it is read: what is wrong with each of a million entries would fill the memory. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.array(z.unknown()).max(MAX_LISTED).pipe(z.array(item));

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= MAX_TEXT;

type Stages = readonly (readonly [versionId: string, labels: readonly string[]])[];

/**
 * Versions and their labels. By hand: an object with keys that no other has, as zod makes one of each record, costs more than
 * all else about a secret.
 */
const stages = z
  .unknown()
  .optional()
  .transform((value, context): Stages => {
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isRecord && value !== undefined && value !== null)
      context.addIssue({ code: "custom", message: "Invalid input: expected record" });
    const found = Object.entries(isRecord ? value : {});
    for (const [id, labels] of found)
      if (!isText(id) || !Array.isArray(labels) || !labels.every(isText))
        context.addIssue({
          code: "custom",
          message: "Invalid input: expected a list of labels",
          path: isText(id) ? [id] : [],
        });
    return found;
  });

const secret = {
  ARN: text.min(1),
  Name: z.string().min(1).max(MAX_NAME),
  // Not counted first: an answer holds no more values than `isModestJson` lets through.
  Tags: z
    .array(z.object({ Key: text, Value: text.nullish() }))
    .max(MAX_LISTED)
    .nullish(),
  PrimaryRegion: text.nullish(),
  RotationEnabled: z.boolean().nullish(),
  OwningService: text.nullish(),
};

/** As AWS sends a time: `aws-plain-lists.ts` takes lists past the SDK, which would make a date of it. */
const epochSeconds = z
  .union([z.number(), z.string().max(MAX_TEXT).transform(Number)])
  .transform((seconds, context) => {
    const time = new Date(Math.round(seconds * SECOND));
    if (Number.isNaN(time.getTime())) context.addIssue("Invalid time");
    return time;
  });

const replica = z.object({ Region: text.nullish(), Status: text.nullish(), StatusMessage: text.nullish() });

/** What Secrets Manager must have said for us to go on. */
export const ANSWERS = {
  description: z.object({
    ...secret,
    LastChangedDate: z.date().nullish(),
    DeletedDate: z.date().nullish(),
    VersionIdsToStages: stages,
    ReplicationStatus: listOf(replica).nullish(),
  }),
  // An answer without the list is no empty list: secrets that exist would be taken for missing. Its entries are read one by one.
  secrets: z.object({
    SecretList: z.array(z.unknown()).max(MAX_LISTED),
    NextToken: z.string().nullish(),
  }),
  listed: z.object({
    ...secret,
    LastChangedDate: epochSeconds.nullish(),
    DeletedDate: epochSeconds.nullish(),
    SecretVersionsToStages: stages,
  }),
  versionIds: z.object({
    ARN: text.min(1),
    Versions: listOf(z.object({ VersionId: text.nullish() })).nullish(),
    NextToken: z.string().nullish(),
  }),
  created: z.object({ ARN: text.min(1) }),
};

export type Description = z.infer<typeof ANSWERS.description>;
export type ListEntry = z.infer<typeof ANSWERS.listed>;

/** `at` is where in the whole answer this part of it stands. */
export const readAnswer = <Result>(
  schema: z.ZodType<Result>,
  step: AwsStep,
  answer: unknown,
  at: readonly (string | number)[] = [],
): Result => {
  const { data, error } = schema.safeParse(answer);
  if (error === undefined) return data;
  throw unusable(step, issueText(error, at));
};

/** An answer of the right status that is not what AWS documents: what was asked may have been done or not. */
export const unusable = ({ step, secretId }: AwsStep, problem: string): SecretStoreError =>
  new SecretStoreError(
    `Secrets Manager's answer to ${step}${secretId === undefined ? "" : ` of ${secretId}`} cannot be used: ${problem}. Is the endpoint Secrets Manager's, and does a proxy change its answers?`,
    { code: "ERR_SECRET_UNAVAILABLE", step, secretId, outcome: "unknown" },
  );
