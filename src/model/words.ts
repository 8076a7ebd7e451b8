import { DAY, HOUR, MINUTE } from "./duration.ts";

/** Nothing in most texts is hidden. */
const ASCII = /^[\x20-\x7e]*$/;
const HIDDEN = /(?! )[\p{C}\p{Z}]/gu;

/**
 * Names and paths are other people's text: control characters, escape sequences, bidi overrides, line breaks and
 * invisible characters are shown as `\u001b`. The notation is JSON's, so it changes no JSON document's meaning.
 */
export const safeText = (text: string): string =>
  ASCII.test(text) ? text : text.replaceAll(HIDDEN, escapeUnits);

const escapeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");

/** Half a surrogate pair is no text: it would make `encodeURIComponent` throw. */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, "\ufffd");

/** `2026-11-24 03:00 UTC` */
export const dateTime = (time: Date): string => {
  const day = Math.floor(time.getTime() / DAY);
  const minute = Math.floor(time.getTime() / MINUTE) - (day * DAY) / MINUTE;
  return `${textOfDay(day)} ${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)} UTC`;
};

const twoDigits = (number: number): string => (number < 10 ? `0${number}` : `${number}`);

/** By days since 1970: a report has the same few again and again. */
const days = new Map<number, string>();
const MOST_DAYS = 2_000;

const textOfDay = (day: number): string => {
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY).toISOString().slice(0, -"T00:00:00.000Z".length);
  if (days.size === MOST_DAYS) days.clear();
  days.set(day, text);
  return text;
};

/** `in 32 days`, `3 hours ago`: whole units, never rounded up. */
export const relativeTime = (time: Date, from: Date): string => {
  const distance = Math.abs(time.getTime() - from.getTime());
  if (distance < MINUTE) return "now";
  const amount = inUnits(distance);
  return time.getTime() > from.getTime() ? `in ${amount}` : `${amount} ago`;
};

const inUnits = (distance: number): string => {
  if (distance >= 2 * DAY) return count(Math.floor(distance / DAY), "day");
  if (distance >= HOUR) return count(Math.floor(distance / HOUR), "hour");
  return count(Math.floor(distance / MINUTE), "minute");
};

/** `1 token`, `2 tokens` */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;
