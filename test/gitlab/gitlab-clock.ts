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

/** Time that passes only when told to; each sleep ends when its time has come. */
export interface VirtualClock extends Clock {
  readonly slept: Duration[];
  advance(by: number): Promise<void>;
}

export const virtualClock = (): VirtualClock => {
  const slept: Duration[] = [];
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  let time = 0;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    slept,
    now: () => new Date(Date.UTC(2026, 10, 23, 3) + time),
    monotonic: () => time,
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        slept.push(duration);
        const sleeper = { at: time + duration, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (by) => {
      const end = time + by;
      await settle();
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        sleepers.delete(next);
        time = next.at;
        next.wake();
        await settle();
      }
      time = end;
    },
  };
};
