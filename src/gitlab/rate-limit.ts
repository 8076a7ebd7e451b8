import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import type { AnswerHeaders } from "./call.ts";

/** What an answer says of GitLab's quota, as far as it does. */
export interface RateLimit {
  readonly remaining: number | undefined;
  /** Of the window. */
  readonly limit: number | undefined;
  /** Until the next window begins; negative when it has begun. */
  readonly resetIn: Duration;
}

/**
 * From `RateLimit-Remaining`, `-Observed` and `-Reset`, the latter in seconds since 1970. `RateLimit-Limit` is of no use:
 * it is for a minute, whatever the window. `present` is GitLab's own clock where it shows it.
 */
export const readRateLimit = (headers: AnswerHeaders, present: Date): RateLimit | undefined => {
  const reset = count(headers.get("RateLimit-Reset"));
  if (reset === undefined) return undefined;
  const remaining = count(headers.get("RateLimit-Remaining"));
  const observed = count(headers.get("RateLimit-Observed"));
  return {
    remaining,
    limit: remaining === undefined || observed === undefined ? undefined : remaining + observed,
    resetIn: milliseconds(reset * SECOND - present.getTime()),
  };
};

const count = (text: string | null): number | undefined =>
  text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
