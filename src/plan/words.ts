import { DAY, HOUR, MINUTE } from "../model/duration.ts";
import { dateTime } from "../model/words.ts";

export const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** A length of time as people say it: the two largest units at most, rounded down. */
export const inWords = (milliseconds: number): string => {
  const length = Math.abs(milliseconds);
  if (length >= 2 * DAY) return plural(Math.floor(length / DAY), "day");
  if (length >= 2 * HOUR) return plural(Math.floor(length / HOUR), "hour");
  return length >= MINUTE ? plural(Math.floor(length / MINUTE), "minute") : "less than a minute";
};

/** `2027-02-21 02:55 UTC` */
export const minutes = dateTime;
