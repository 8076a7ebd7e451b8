import PQueue from "p-queue";
import type { Clock } from "../model/clock.ts";
import type { Duration } from "../model/duration.ts";
import { SECOND } from "../model/duration.ts";
import type { Telemetry } from "../model/telemetry.ts";

/** How fast we may ask, for all requests together. */
export interface Limiter {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Nothing starts before this time has passed; several calls do not add up. */
  pause(duration: Duration): void;
  close(): void;
}

export interface LimiterOptions {
  readonly clock: Clock;
  readonly requestsPerSecond: number;
  readonly concurrency: number;
  readonly telemetry?: Telemetry | undefined;
}

export const createLimiter = (options: LimiterOptions): Limiter => {
  const { clock, requestsPerSecond, concurrency, telemetry } = options;
  const queue = new PQueue({ concurrency, ...rate(requestsPerSecond) });
  const closed = new AbortController();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const pause = (duration: Duration): void => {
    const now = clock.monotonic();
    const until = now + duration;
    if (until <= pausedUntil) return;
    telemetry?.rateLimitWait((until - Math.max(now, pausedUntil)) / SECOND);
    pausedUntil = until;
    queue.pause();
    clock.sleep(duration, closed.signal).then(
      () => {
        // A later pause has taken over.
        if (pausedUntil !== until) return;
        pausedUntil = Number.NEGATIVE_INFINITY;
        queue.start();
      },
      // Closed: who still waits must fail rather than wait for ever.
      () => queue.start(),
    );
  };

  return { run: (task) => queue.add(task), pause, close: () => closed.abort() };
};

const rate = (perSecond: number): { readonly intervalCap: number; readonly interval: number } =>
  perSecond >= 1
    ? { intervalCap: Math.floor(perSecond), interval: SECOND }
    : { intervalCap: 1, interval: Math.ceil(SECOND / perSecond) };
