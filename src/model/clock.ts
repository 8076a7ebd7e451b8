import type { Duration } from "./duration.ts";

/** The only source of time. The wall clock may step; the monotonic one never does. */
export interface Clock {
  now(): Date;
  /** Milliseconds from an arbitrary origin. */
  monotonic(): number;
  /**
   * Resolves after `duration`; rejects with the signal's reason when it is aborted first. None at all lets everything run
   * that is ready: answers that have come, requests that may leave.
   */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** Called at the moment a request is about to leave; throws to keep it from leaving. */
export type Gate = () => void;
