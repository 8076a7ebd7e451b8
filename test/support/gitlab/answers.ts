import { createHash, randomUUID } from "node:crypto";
import type { Answer } from "../http/call.ts";

/** Thrown by a check: the request ends with this answer. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

const meta = (): Record<string, string> => ({
  "X-Gitlab-Meta": JSON.stringify({ correlation_id: randomUUID(), version: "1" }),
  Vary: "Origin",
});

const etag = (body: string): string => `W/"${createHash("md5").update(body).digest("hex")}"`;

export const json = (status: number, value: unknown, headers: Answer["headers"] = {}): Answer => {
  const body = JSON.stringify(value);
  // As recorded: what succeeds may be cached and revalidated, what fails may not.
  const caching =
    status < 300
      ? { "Cache-Control": "max-age=0, private, must-revalidate", Etag: etag(body) }
      : { "Cache-Control": "no-cache" };
  return { status, body, headers: { ...caching, "Content-Type": "application/json", ...meta(), ...headers } };
};

/** 204 carries neither a body nor a type. */
export const noContent = (): Answer => ({ status: 204, headers: { "Cache-Control": "no-cache", ...meta() } });

export const text = (status: number, body: string, headers: Answer["headers"] = {}): Answer => ({
  status,
  body,
  headers: { "Content-Type": "text/plain; charset=utf-8", ...headers },
});

/** The shape of application code. */
export const message = (status: number, words: string, headers?: Answer["headers"]): Refusal =>
  new Refusal(json(status, { message: words }, headers));

/** The shape of parameter validation and of unknown routes. */
export const error = (status: number, words: string): Refusal => new Refusal(json(status, { error: words }));

export const unauthorized = (): Refusal => message(401, "401 Unauthorized");
export const forbidden = (): Refusal => message(403, "403 Forbidden");
export const notFound = (what: "Project" | "Group" | "User"): Refusal =>
  message(404, `404 ${what} Not Found`);
/** With a lower-case f, and nothing about what: a row is gone, while its owner is still there. */
export const rowNotFound = (): Refusal => message(404, "404 Not found");
export const serverError = (): Refusal => message(500, "500 Internal Server Error");
