import type { Policy } from "./model/policy.ts";

/** Who carries passes out for `run`. */
export interface Engine {
  /** A first pass at start, where there is to be one; then at every tick. Resolves when the first one is over, if it is ours. */
  start(): Promise<void>;
  /** The next times of the schedule, as many as asked for. */
  nextTimes(count: number): readonly Date[];
  /** Another policy is in force. Throws `SettingsError` where that needs a new start. */
  reconfigure(policy: Policy): void;
  /** Whether something is in hand that a stop waits for. */
  isBusy(): boolean;
  /** Begins nothing more; resolves when nothing is in hand. */
  stop(): Promise<void>;
}
