import type { Clock } from "../model/clock.ts";
import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { Turn } from "../model/turn.ts";
import {
  held,
  LONGEST_HOLD,
  mayStartAt,
  type Pacing,
  refused,
  started,
  startPacing,
  told,
} from "./pacing.ts";
import type { RateLimit } from "./rate-limit.ts";

/** How fast we may ask, for all requests together. */
export interface Limiter {
  /** Tells the task when it starts. `isAgain`: before all that have not been sent yet. */
  run<Result>(task: (startedAt: number) => Promise<Result>, isAgain?: boolean): Promise<Result>;
  /** A 429 to what started then: everyone waits, once, and goes on more slowly. */
  refuse(wait: Duration, startedAt: number): void;
  /** What the answer to what started then says of the quota. */
  heed(limit: RateLimit, startedAt: number): void;
  /** Nothing starts before this time has passed; several calls do not add up. */
  pause(duration: Duration): void;
  close(): void;
}

export interface LimiterOptions {
  readonly clock: Clock;
  readonly requestsPerSecond: number;
  readonly concurrency: number;
  readonly telemetry?: Telemetry | undefined;
  /** A pace that others share, in place of `requestsPerSecond`. */
  readonly turn?: Turn | undefined;
  /** Told until when a refusal holds everyone up, in milliseconds of the wall clock, so that others can be told. */
  readonly onPause?: ((until: number) => void) | undefined;
}

export const createLimiter = (options: LimiterOptions): Limiter => {
  const { clock, concurrency, telemetry, turn, onPause } = options;
  const again: (() => void)[] = [];
  const fresh: (() => void)[] = [];
  let active = 0;
  let isClosed = false;
  /** Where a sleep that is over has brought us: timers may end a moment too early by this clock. */
  let reached = Number.NEGATIVE_INFINITY;
  let nap: { readonly until: number; readonly end: AbortController } | undefined;

  const now = (): number => Math.max(clock.monotonic(), reached);
  let pacing: Pacing = startPacing(turn === undefined ? options.requestsPerSecond : Infinity, now());

  /** Starts whatever may start, and sees to it that this happens again when the next may. */
  const startNext = (): void => {
    while (active < concurrency && again.length + fresh.length > 0) {
      const time = now();
      const at = mayStartAt(pacing);
      if (at > time && !isClosed) {
        sleepUntil(at, time);
        return;
      }
      pacing = started(pacing, time);
      active += 1;
      (again.shift() ?? fresh.shift())?.();
    }
  };

  const sleepUntil = (until: number, time: number): void => {
    if (nap !== undefined && nap.until <= until) return;
    nap?.end.abort();
    const mine = { until, end: new AbortController() };
    nap = mine;
    clock.sleep(milliseconds(Math.ceil(until - time)), mine.end.signal).then(
      () => {
        if (nap !== mine) return;
        nap = undefined;
        reached = until;
        startNext();
      },
      () => undefined,
    );
  };

  const hold = (next: Pacing): Duration => {
    const from = Math.max(now(), pacing.heldUntil);
    const longer = milliseconds(Math.max(next.heldUntil - from, 0));
    pacing = next;
    if (longer > 0) telemetry?.rateLimitWait(longer / SECOND);
    return longer;
  };

  const place = (queue: (() => void)[]): Promise<void> =>
    new Promise((resolve) => {
      queue.push(resolve);
      startNext();
    });

  const run: Limiter["run"] = async (task, isAgain = false) => {
    await place(isAgain ? again : fresh);
    try {
      await turn?.();
      const startedAt = now();
      if (isClosed || pacing.heldUntil <= startedAt) return await task(startedAt);
    } finally {
      active -= 1;
      startNext();
    }
    // A turn that came while everyone was held up: whoever used it later would be one of a burst.
    return run(task, true);
  };

  return {
    run,
    refuse: (wait, sentAt) => {
      const time = now();
      if (hold(refused(pacing, wait, { now: time, sentAt })) > 0)
        onPause?.(clock.now().getTime() + pacing.heldUntil - time);
    },
    heed: ({ remaining, limit, resetIn }, sentAt) => {
      if (remaining === undefined) return;
      const time = now();
      const quota = { remaining, limit, resetAt: time + resetIn };
      hold(told(pacing, quota, { now: time, sentAt, underWay: active - 1 }));
    },
    pause: (duration) => {
      hold(held(pacing, now() + Math.min(duration, LONGEST_HOLD)));
    },
    close: () => {
      // Who still waits must fail rather than wait for ever.
      isClosed = true;
      nap?.end.abort();
      nap = undefined;
      startNext();
    },
  };
};
