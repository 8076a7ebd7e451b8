import { DAY, HOUR, MINUTE } from "../model/duration.ts";
import { count, dateTime } from "../model/words.ts";

/** A length of time as people say it: the two largest units at most, rounded down. */
export const inWords = (milliseconds: number): string => {
  const length = Math.abs(milliseconds);
  if (length >= 2 * DAY) return count(Math.floor(length / DAY), "day");
  if (length >= 2 * HOUR) return count(Math.floor(length / HOUR), "hour");
  return length >= MINUTE ? count(Math.floor(length / MINUTE), "minute") : "less than a minute";
};

/** `2027-02-21 02:55 UTC` */
export const minutes = dateTime;
