import { z } from "zod";
import type { DeployToken } from "../model/deploy-token.ts";
import type { Target } from "../model/target.ts";
import type { Answer, Call } from "./call.ts";
import { invalidAnswer } from "./failure.ts";

const id = z.int().positive();

const FAR_FUTURE = new Date("9999-12-31T23:59:59Z");

/**
 * People type years of five digits, and GitLab takes them: one such token lives as long as we can tell, and must not make
 * its whole target unreadable.
 */
const time = z.union([
  z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  z
    .string()
    .regex(/^\+?\d{5,6}-\d\d-\d\dT/)
    .transform(() => FAR_FUTURE),
]);

const deployToken = z
  .object({
    id,
    name: z.string(),
    username: z.string().min(1),
    expires_at: time.nullable(),
    scopes: z.array(z.string()),
    revoked: z.boolean(),
  })
  .transform(
    ({ expires_at: expiresAt, ...token }): DeployToken => ({
      ...token,
      expiresAt: expiresAt ?? undefined,
    }),
  );

const project = z
  .object({ id, path_with_namespace: z.string().min(1) })
  .transform((found): Target => ({ kind: "project", id: found.id, path: found.path_with_namespace }));

const group = z
  .object({ id, full_path: z.string().min(1) })
  .transform((found): Target => ({ kind: "group", id: found.id, path: found.full_path }));

/** What GitLab must have said for us to go on. Everything else in its answers may come and go. */
export const ANSWERS = {
  token: deployToken,
  tokens: z.array(deployToken),
  tokenValue: z.object({ token: z.string().min(1) }).transform(({ token }) => token),
  project,
  projects: z.array(project),
  group,
};

/** The messages name places and types, never values: one of them is a token. */
export const readAnswer = <Result>(schema: z.ZodType<Result>, call: Call, answer: Answer): Result => {
  const { data, error } = schema.safeParse(answer.data);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const where = issue?.path.map(String).join(".") ?? "";
  throw invalidAnswer(call, answer, [where, issue?.message ?? "unreadable"].filter(Boolean).join(": "));
};
