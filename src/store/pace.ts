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

/** No second of AWS's sees more than it allows, though answers to what left evenly may arrive this unevenly. */
const WINDOW = milliseconds(1_020);
/** How late a turn may be and still be caught up with. */
const CATCH_UP = milliseconds(250);

/**
 * Turns that are spaced evenly: a burst at the edge of a second would count twice in AWS's own window. Counted from the
 * schedule, so that what late timers and a busy machine cost is made up for, as far as no window sees more for it. By the
 * monotonic clock, as after a step of the wall clock calls would wait for as long as it went back.
 */
export const createTurns = (clock: Clock, perSecond: number): Turn => {
  // Nothing to wait for, and too much to remember.
  if (perSecond === Number.POSITIVE_INFINITY) return async () => {};
  const gap = SECOND / perSecond;
  const most = Math.max(1, Math.round((perSecond * WINDOW) / SECOND));
  const recent: number[] = [];
  let due = Number.NEGATIVE_INFINITY;
  let last: Promise<void> = Promise.resolve();
  const next = async (askedAt: number): Promise<void> => {
    const now = clock.monotonic();
    due = Math.max(due, askedAt, now - CATCH_UP);
    const first = recent.length < most ? undefined : recent.shift();
    const turn = Math.max(due, (first ?? Number.NEGATIVE_INFINITY) + WINDOW);
    if (turn > now) await clock.sleep(milliseconds(turn - now));
    recent.push(Math.max(turn, now, clock.monotonic()));
    due += gap;
  };
  return () => {
    const askedAt = clock.monotonic();
    last = last.then(() => next(askedAt));
    return last;
  };
};
