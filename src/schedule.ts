import { SettingsError } from "./model/errors.ts";
import type { Policy } from "./model/policy.ts";

export const scheduleOf = (policy: Policy): NonNullable<Policy["schedule"]> => {
  if (policy.schedule === undefined)
    throw new SettingsError(
      "`run` needs a `schedule:` with a `cron:` in the policy; `apply` runs one pass without it",
    );
  return policy.schedule;
};

/** Ticks that are looked at to find the longest time between two. */
const TICKS = 10;

/** In milliseconds, of the ticks to come. */
export const longestBetween = (nextTimes: (count: number) => readonly Date[]): number => {
  const times = nextTimes(TICKS);
  return times.slice(1).reduce((longest, time, index) => {
    const before = times[index]?.getTime() ?? time.getTime();
    return Math.max(longest, time.getTime() - before);
  }, 0);
};
