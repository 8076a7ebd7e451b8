import type { Clock } from "../../src/model/clock.ts";
import type { Duration } from "../../src/model/duration.ts";

/** Real time, but nobody waits: each sleep is noted and is over at once. */
export interface HastyClock extends Clock {
  readonly slept: Duration[];
}

export const hastyClock = (now: () => Date = () => new Date()): HastyClock => {
  const slept: Duration[] = [];
  return {
    slept,
    now,
    monotonic: () => performance.now(),
    sleep: async (duration) => {
      slept.push(duration);
    },
  };
};
