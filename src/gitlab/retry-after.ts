import { type Duration, MINUTE, milliseconds, SECOND } from "../model/duration.ts";
import { parseHttpDate } from "./http-date.ts";
import { serverTime } from "./server-time.ts";

/** A pass must not hang on a proxy's odd idea. */
const LONGEST = milliseconds(5 * MINUTE);

/**
 * How long GitLab asks us to wait. In order: `Retry-After` in seconds, `Retry-After` as a date,
 * `RateLimit-Reset` when nothing remains. Dates are read against GitLab's own clock where it shows it.
 */
export const askedWait = (headers: Headers, now: Date): Duration | undefined => {
  const present = serverTime(headers) ?? now;
  return retryAfter(headers.get("Retry-After"), present) ?? rateLimitReset(headers, present);
};

const retryAfter = (value: string | null, now: Date): Duration | undefined => {
  const text = value?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return bounded(Number(text) * SECOND);
  const date = parseHttpDate(text);
  return date && bounded(date.getTime() - now.getTime());
};

const rateLimitReset = (headers: Headers, now: Date): Duration | undefined => {
  const reset = headers.get("RateLimit-Reset") ?? "";
  if (headers.get("RateLimit-Remaining") !== "0" || !/^\d{1,12}$/.test(reset)) return undefined;
  return bounded(Number(reset) * SECOND - now.getTime());
};

const bounded = (wait: number): Duration => milliseconds(Math.min(Math.max(wait, 0), LONGEST));
