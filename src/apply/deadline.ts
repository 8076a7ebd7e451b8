import type { Clock, Gate } from "../model/clock.ts";
import { DeadlineError } from "../model/errors.ts";

/** How long a deletion may rely on the describe that allowed it. */
export const DELETE_WITHIN = 60_000;

/** A moment by both clocks, in milliseconds. */
export interface Instant {
  readonly wall: number;
  readonly monotonic: number;
}

export const instantOf = (clock: Clock): Instant => ({
  wall: clock.now().getTime(),
  monotonic: clock.monotonic(),
});

/** How long ago it was, by the clock that says more: one may be stepped, the other may stand still in a machine's sleep. */
export const elapsedSince = (clock: Clock, since: Instant): number =>
  Math.max(Math.abs(clock.now().getTime() - since.wall), clock.monotonic() - since.monotonic);

/**
 * A gate that shuts `length` milliseconds after `since`, by the wall clock or by the monotonic one, whichever says so
 * first.
 */
export const deadlineGate = (
  clock: Clock,
  since: Instant,
  { length, what }: { readonly length: number; readonly what: string },
): Gate => {
  return () => {
    if (elapsedSince(clock, since) > length)
      throw new DeadlineError(
        `${what} took longer than ${Math.round(length / 1000)} s, so it was not sent; the next pass tries again`,
      );
  };
};
