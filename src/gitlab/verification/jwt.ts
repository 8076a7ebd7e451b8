import { z } from "zod";
import { isModestJson } from "../../model/modest-json.ts";

const tokenAnswer = z.object({ token: z.string() });

const claims = z.object({
  access: z.array(z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) })).nullish(),
});

export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** What the registry's token allows; `undefined` for an answer that holds none. Its signature is the registry's business. */
export const grantedAccess = (body: unknown): readonly Access[] | undefined => {
  const payload = tokenIn(body)?.split(".", 2)[1];
  if (payload === undefined) return undefined;
  const decoded = claims.safeParse(parse(Buffer.from(payload, "base64url").toString("utf8")));
  return decoded.success ? (decoded.data.access ?? []) : undefined;
};

/** Whether the answer holds a token at all, whatever its form. */
export const tokenIn = (body: unknown): string | undefined =>
  tokenAnswer.safeParse(typeof body === "string" ? parse(body) : undefined).data?.token;

const parse = (text: string): unknown => {
  if (!isModestJson(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
