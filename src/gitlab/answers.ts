import { z } from "zod";
import type { DeployToken } from "../model/deploy-token.ts";
import { issueText } from "../model/issue-text.ts";
import type { Target } from "../model/target.ts";
import type { Answer, Call } from "./call.ts";
import { invalidAnswer } from "./failure.ts";

// GitLab's own limits, with room to spare. Names are compared, escaped and printed, so none may be megabytes long.
const MAX_NAME = 1_024;
const MAX_PATH = 8_192;
const MAX_VALUE = 4_096;
const MAX_SCOPES = 100;
const MAX_LISTED = 1_000;

const id = z.int().positive();

/** Counted before it is read: what is wrong with each of thousands of entries would fill the memory. */
const listOf = <Item extends z.ZodType>(item: Item, most: number) =>
  z.array(z.unknown()).max(most).pipe(z.array(item));

/** Not counted first: an answer holds no more values than `isModestJson` lets through. */
const scopes = z.array(z.string().max(MAX_NAME)).max(MAX_SCOPES);

const ISO_TIME = z.regexes.datetime({ offset: true });
const FIVE_DIGIT_YEAR = /^\+?\d{5,6}-\d\d-\d\dT/;
const FAR_FUTURE = new Date("9999-12-31T23:59:59Z");

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);

/**
 * People type years of five digits, and GitLab takes them: one such token lives as long as we can tell, and must not make
 * its whole target unreadable.
 */
const time = z.string().transform((text, context) => {
  if (ISO_TIME.test(text)) return earlier(new Date(text), FAR_FUTURE);
  if (FIVE_DIGIT_YEAR.test(text)) return FAR_FUTURE;
  context.addIssue("Invalid time");
  return z.NEVER;
});

const deployToken = z
  .object({
    id,
    name: z.string().max(MAX_NAME),
    username: z.string().min(1).max(MAX_NAME),
    expires_at: time.nullable(),
    scopes,
    revoked: z.boolean(),
  })
  .transform(
    ({ expires_at: expiresAt, ...token }): DeployToken => ({
      ...token,
      expiresAt: expiresAt ?? undefined,
    }),
  );

const project = z
  .object({ id, path_with_namespace: z.string().min(1).max(MAX_PATH) })
  .transform((found): Target => ({ kind: "project", id: found.id, path: found.path_with_namespace }));

const group = z
  .object({ id, full_path: z.string().min(1).max(MAX_PATH) })
  .transform((found): Target => ({ kind: "group", id: found.id, path: found.full_path }));

const accessToken = z
  .object({
    id,
    name: z.string().max(MAX_NAME),
    user_id: id,
    scopes,
    active: z.boolean(),
    expires_at: z.iso.date().nullable(),
  })
  .transform(({ expires_at: day, user_id: userId, ...token }) => ({
    ...token,
    userId,
    // A date: it is refused from midnight UTC on, as the day begins.
    expiresAt: day === null ? undefined : new Date(`${day}T00:00:00Z`),
  }));

/** What GitLab must have said for us to go on. Everything else in its answers may come and go. */
export const ANSWERS = {
  token: deployToken,
  tokens: listOf(deployToken, MAX_LISTED),
  /** To be read one by one. */
  entries: z.array(z.unknown()).max(MAX_LISTED),
  tokenValue: z.object({ token: z.string().min(1).max(MAX_VALUE) }).transform(({ token }) => token),
  project,
  projects: listOf(project, MAX_LISTED),
  group,
  groups: listOf(group, MAX_LISTED),
  metadata: z.object({ version: z.string().min(1).max(MAX_NAME) }),
  member: z.object({ access_level: z.int().min(0).max(100) }),
  accessToken,
};

/** `at` is where in the whole answer its data stands. */
export const readAnswer = <Result>(
  schema: z.ZodType<Result>,
  call: Call,
  answer: Answer,
  at: readonly (string | number)[] = [],
): Result => {
  const { data, error } = schema.safeParse(answer.data);
  if (error === undefined) return data;
  throw invalidAnswer(call, answer, issueText(error, at));
};
