import { SECOND } from "../model/duration.ts";
import type { AnswerHeaders } from "./call.ts";
import { parseHttpDate } from "./http-date.ts";

/** GitLab's clock as it answered; `Date` alone is older when the answer comes from a cache. */
export const serverTime = (headers: AnswerHeaders): Date | undefined => {
  const date = parseHttpDate(headers.get("Date"));
  if (date === undefined) return undefined;
  const age = headers.get("Age") ?? "";
  return /^\d{1,9}$/.test(age) ? new Date(date.getTime() + Number(age) * SECOND) : date;
};

export interface Timing {
  readonly headers: AnswerHeaders;
  readonly receivedAt: Date;
  /** Milliseconds between sending and receiving. */
  readonly roundTrip: number;
}

/** Our clock less GitLab's. GitLab wrote its date about half a round trip before we read it. */
export const clockSkew = ({ headers, receivedAt, roundTrip }: Timing): number | undefined => {
  const theirs = serverTime(headers);
  return theirs && receivedAt.getTime() - roundTrip / 2 - theirs.getTime();
};

/** Delays only ever add to a measured skew, so the smallest of several is the best. */
export const smallestSkew = (skews: readonly (number | undefined)[]): number | undefined =>
  skews
    .filter((skew) => skew !== undefined)
    .reduce<number | undefined>(
      (best, skew) => (best === undefined || Math.abs(skew) < Math.abs(best) ? skew : best),
      undefined,
    );
