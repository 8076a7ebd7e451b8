import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import type { AnswerHeaders } from "./call.ts";
import { parseHttpDate } from "./http-date.ts";
import { LONGEST_HOLD } from "./pacing.ts";
import { readRateLimit } from "./rate-limit.ts";
import { serverTime } from "./server-time.ts";

/**
 * How long GitLab asks us to wait. In order: `Retry-After` in seconds, `Retry-After` as a date,
 * `RateLimit-Reset` when nothing remains. Dates are read against GitLab's own clock where it shows it.
 */
export const askedWait = (headers: AnswerHeaders, now: Date): Duration | undefined => {
  const present = serverTime(headers) ?? now;
  return retryAfter(headers.get("Retry-After"), present) ?? rateLimitReset(headers, present);
};

const retryAfter = (value: string | null, now: Date): Duration | undefined => {
  const text = value?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return bounded(Number(text) * SECOND);
  const date = parseHttpDate(text);
  return date && bounded(date.getTime() - now.getTime());
};

/** Where it is not said what remains, nothing does: this is read in refusals. */
const rateLimitReset = (headers: AnswerHeaders, now: Date): Duration | undefined => {
  const limit = readRateLimit(headers, now);
  return limit !== undefined && (limit.remaining ?? 0) === 0 ? bounded(limit.resetIn) : undefined;
};

const bounded = (wait: number): Duration => milliseconds(Math.min(Math.max(wait, 0), LONGEST_HOLD));
