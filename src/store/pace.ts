import type { Clock } from "../model/clock.ts";
import { milliseconds, SECOND } from "../model/duration.ts";

export type Pace = <Result>(send: () => Promise<Result>) => Promise<Result>;

/**
 * Spaces calls evenly: a burst at the edge of a second would count twice in AWS's own window. By the monotonic clock, as
 * after a step of the wall clock calls would wait for as long as it went back.
 */
export const createPace = (clock: Clock, perSecond: number): Pace => {
  const gap = SECOND / perSecond;
  let free = Number.NEGATIVE_INFINITY;
  return async (send) => {
    const now = clock.monotonic();
    const turn = Math.max(now, free);
    free = turn + gap;
    if (turn > now) await clock.sleep(milliseconds(turn - now));
    return send();
  };
};
