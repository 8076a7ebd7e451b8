const SECOND = 1_000;

/**
 * The policy's durations, short enough for real time: the children read the system's clock. Tokens are due seven to ten
 * seconds after they were made, and yet outlive the run: what is left lying does not vanish by expiring.
 */
export const TIMES = {
  lifetime: 1_800 * SECOND,
  renewBefore: 1_790 * SECOND,
  overlap: 6 * SECOND,
  /** For tokens made by hand, where the policy gives them a time. */
  existingOverlap: 10 * SECOND,
  deadline: 2 * SECOND,
  strayAfter: 6 * SECOND,
  /**
   * How long a signature is good. AWS says five minutes, beside a deadline of five and a `stray_after` of twenty; what a
   * frozen process can still send is bounded by it, so it shrinks with them.
   */
  signature: 3 * SECOND,
} as const;

const inSeconds = (milliseconds: number): string => `${milliseconds / SECOND}s`;

export const DURATIONS = {
  lifetime: inSeconds(TIMES.lifetime),
  renewBefore: inSeconds(TIMES.renewBefore),
  overlap: inSeconds(TIMES.overlap),
  existingOverlap: inSeconds(TIMES.existingOverlap),
  deadline: inSeconds(TIMES.deadline),
  strayAfter: inSeconds(TIMES.strayAfter),
} as const;
