import { createHash } from "node:crypto";
import cron from "node-cron";
import type { Schedule } from "../model/policy.ts";

export interface Ticks {
  /** As written in the policy, jitter aside. */
  readonly times: (count: number) => readonly Date[];
  /** When the next tick after that one is due, jitter and all, in milliseconds. */
  next(after: number): number | undefined;
}

/** Enough of them for a clock that is behind the one that has fired the last. */
const LOOK_AHEAD = 5;

/** The same for all replicas: of two that drew each their own, the later one would put the other's tick off. */
const partOf = (name: string, time: number): number =>
  createHash("sha256").update(`${name} ${time}`).digest().readUInt32BE(0) / 2 ** 32;

/** One reading of `cron:` for every engine: node-cron's. */
export const createTicks = ({ cron: expression, timezone, jitter }: Schedule, fleet: string): Ticks => {
  const task = cron.createTask(expression, () => undefined, { timezone });
  const times = (count: number): readonly Date[] => task.getNextRuns(count);
  return {
    times,
    next: (after) =>
      times(LOOK_AHEAD)
        .map((time) => time.getTime() + Math.floor(partOf(fleet, time.getTime()) * jitter))
        .find((time) => time > after),
  };
};
