import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../src/model/clock.ts";

/** Fast enough for back-offs of seconds, slow enough for a rotation to meet its deadline of minutes on a busy machine. */
const SPEED = 50;

/** What two processes need to agree on, to read one clock. */
export interface ClockOrigin {
  /** The instant that it starts with. */
  readonly time: number;
  /** Of this machine, at that instant. */
  readonly realTime: number;
}

export interface FastClock extends Clock {
  /** Hours that pass at once, between two passes. */
  skip(milliseconds: number): void;
}

/** Runs fast, and jumps. */
export const createFastClock = ({ time, realTime }: ClockOrigin): FastClock => {
  let skipped = 0;
  const elapsed = (): number => (performance.timeOrigin + performance.now() - realTime) * SPEED + skipped;
  return {
    now: () => new Date(time + elapsed()),
    monotonic: elapsed,
    sleep: (duration, signal) => sleep(duration / SPEED, undefined, signal && { signal }),
    skip: (milliseconds) => {
      skipped += milliseconds;
    },
  };
};
