import { type Duration, milliseconds, SECOND } from "../model/duration.ts";

const LONGEST = milliseconds(30 * SECOND);

/** `Retry-After`, in seconds or as a date. A receiver that asks for longer gets the next digest instead. */
export const askedWait = (header: string | string[] | undefined, now: Date): Duration | undefined => {
  const text = [header].flat()[0]?.trim() ?? "";
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now.getTime();
  return Number.isNaN(wait) ? undefined : milliseconds(Math.min(Math.max(wait, 0), LONGEST));
};
