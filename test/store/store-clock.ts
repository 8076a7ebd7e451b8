import type { Clock } from "../../src/model/clock.ts";
import type { Duration } from "../../src/model/duration.ts";

export const T0 = new Date("2026-11-23T03:00:05Z");

/** Stands still but for sleeping, which takes no real time. */
export const storeClock = (): Clock & { readonly slept: readonly Duration[]; advance(by: number): void } => {
  let elapsed = 0;
  const slept: Duration[] = [];
  return {
    slept,
    now: () => new Date(T0.getTime() + elapsed),
    monotonic: () => elapsed,
    sleep: async (duration) => {
      slept.push(duration);
      elapsed += duration;
    },
    advance: (by) => {
      elapsed += by;
    },
  };
};
