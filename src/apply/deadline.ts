import type { Clock, Gate } from "../model/clock.ts";
import { DeadlineError } from "../model/errors.ts";

/** How long a deletion may rely on the describe that allowed it. */
export const DELETE_WITHIN = 60_000;

/**
 * A gate that shuts `length` milliseconds after `since`, by the wall clock or by the monotonic one, whichever says so
 * first: one may be stepped, the other may stand still while a machine sleeps.
 */
export const deadlineGate = (
  clock: Clock,
  since: { readonly wall: number; readonly monotonic: number },
  { length, what }: { readonly length: number; readonly what: string },
): Gate => {
  return () => {
    const wall = clock.now().getTime() - since.wall;
    const elapsed = Math.max(Math.abs(wall), clock.monotonic() - since.monotonic);
    if (elapsed > length)
      throw new DeadlineError(
        `${what} took longer than ${Math.round(length / 1000)} s, so it was not sent; the next pass tries again`,
      );
  };
};
