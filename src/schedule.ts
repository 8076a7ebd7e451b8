import { SettingsError } from "./model/errors.ts";
import type { Policy } from "./model/policy.ts";

export const scheduleOf = (policy: Policy): NonNullable<Policy["schedule"]> => {
  if (policy.schedule === undefined)
    throw new SettingsError(
      "`run` needs a `schedule:` with a `cron:` in the policy; `apply` runs one pass without it",
    );
  return policy.schedule;
};

/** In milliseconds. */
export const longestBetween = (times: readonly Date[]): number =>
  times.slice(1).reduce((longest, time, index) => {
    const before = times[index]?.getTime() ?? time.getTime();
    return Math.max(longest, time.getTime() - before);
  }, 0);
