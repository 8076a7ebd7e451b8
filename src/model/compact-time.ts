import { HOUR, MINUTE, SECOND } from "./duration.ts";

const ZERO = "0".charCodeAt(0);
const [T, Z] = ["T", "Z"].map((letter) => letter.charCodeAt(0));
const LENGTH = "20261123T030005Z".length;

/** `2026-11-23T03:00:05Z` as `20261123T030005Z`; whole seconds, the fraction is cut. */
export const compactTime = (time: Date): string =>
  `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

/** The number that so many digits are; NaN where something else stands there. */
export const digitsAt = (text: string, from: number, count: number): number => {
  let number = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = 10 * number + digit;
  }
  return number;
};

/** Midnights in milliseconds by days as 20261123, NaN for a day that there is not: an estate has the same few again and again. */
const midnights = new Map<number, number>();
const MOST_DAYS = 2_000;

const midnightOf = (day: number): number => {
  const known = midnights.get(day);
  if (known !== undefined) return known;
  const [year, month, date] = [Math.floor(day / 10_000), Math.floor(day / 100) % 100, day % 100];
  // Not by Date.UTC, which moves the first hundred years to those of last century.
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, date);
  // The 31st of a shorter month is moved to the next one.
  const isDay = month >= 1 && month <= 12 && time.getUTCDate() === date;
  if (midnights.size === MOST_DAYS) midnights.clear();
  midnights.set(day, isDay ? time.getTime() : Number.NaN);
  return isDay ? time.getTime() : Number.NaN;
};

/** A time by its digits: a day as 20261123, hours, minutes and seconds. NaN among them, or no time that there is: `undefined`. */
export const timeOf = (day: number, hours: number, minutes: number, seconds: number): Date | undefined => {
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59 && day >= 0)) return undefined;
  const midnight = midnightOf(day);
  return Number.isNaN(midnight)
    ? undefined
    : new Date(midnight + hours * HOUR + minutes * MINUTE + seconds * SECOND);
};

/** `undefined` for every text that `compactTime` does not write. By arithmetic: an estate has tens of thousands of them. */
export const expandTime = (text: string): Date | undefined =>
  text.length === LENGTH ? expandTimeAt(text, 0) : undefined;

/** The same of the part of a text that begins there, whatever follows it. */
export const expandTimeAt = (text: string, from: number): Date | undefined =>
  text.charCodeAt(from + 8) === T && text.charCodeAt(from + LENGTH - 1) === Z
    ? timeOf(
        digitsAt(text, from, 8),
        digitsAt(text, from + 9, 2),
        digitsAt(text, from + 11, 2),
        digitsAt(text, from + 13, 2),
      )
    : undefined;
