import { parseUnread } from "./bounded-answer.ts";
import type { Answer, Call } from "./call.ts";
import { unanswered } from "./unanswered.ts";

/** Of an answer that waits to be read, only these headers are kept: all of them take more room than the list. */
const KEPT = ["X-Total", "X-Next-Page", "Date", "Age"] as const;

/** An answer to a call with `parseAs: "stream"`, as it waits to be read. */
export const keepUnread = (answer: Answer): Answer => {
  const kept = new Map<string, string>();
  for (const name of KEPT) {
    const value = answer.headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return { ...answer, headers: { get: (name) => kept.get(name) ?? null } };
};

/** An answer to a call with `parseAs: "stream"`, now read. Fails as the call would have, had it been read at once. */
export const readUnread = (call: Call, answer: Answer): Answer => {
  if (!answer.ok || typeof answer.data !== "string") return answer;
  try {
    return { ...answer, data: parseUnread(answer.data) };
  } catch (error) {
    throw unanswered(call, error).failure;
  }
};
