import type { Clock } from "../model/clock.ts";
import { milliseconds, SECOND } from "../model/duration.ts";
import type { Turn, WritePace } from "../model/turn.ts";

/** Each kind of write has a limit of its own, so each has its own turns. */
export const createWritePace = (clock: Clock, perSecond: number): WritePace => {
  const turns = {
    create: createTurns(clock, perSecond),
    tag: createTurns(clock, perSecond),
    put: createTurns(clock, perSecond),
  };
  return (kind) => turns[kind]();
};

/**
 * Turns that are spaced evenly: a burst at the edge of a second would count twice in AWS's own window. Counted from the
 * schedule, so that late timers do not add up, while no more than one turn is ever caught up with. By the monotonic clock,
 * as after a step of the wall clock calls would wait for as long as it went back.
 */
export const createTurns = (clock: Clock, perSecond: number): Turn => {
  const gap = SECOND / perSecond;
  let due = Number.NEGATIVE_INFINITY;
  let last: Promise<void> = Promise.resolve();
  const next = async (): Promise<void> => {
    const now = clock.monotonic();
    if (due > now) await clock.sleep(milliseconds(due - now));
    else due = now;
    due += gap;
  };
  return () => {
    last = last.then(next);
    return last;
  };
};
