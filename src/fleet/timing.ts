/** All in milliseconds. Tests have no time to wait for a lock of half a minute. */
export interface FleetTiming {
  /** Between two signs of life. */
  readonly beat: number;
  /** How long a replica counts as alive that gives none. */
  readonly liveFor: number;
  /** How long a job is its worker's own; renewed at half of it. */
  readonly lock: number;
  /** How often it is looked for jobs whose worker is gone. */
  readonly stalled: number;
  /** How long a pass keeps its place though nobody is at it. */
  readonly passLiveFor: number;
}

export const TIMING: FleetTiming = {
  beat: 3_000,
  liveFor: 15_000,
  lock: 30_000,
  stalled: 15_000,
  passLiveFor: 60_000,
};
