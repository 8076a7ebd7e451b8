import type { Clock } from "../model/clock.ts";
import { milliseconds, SECOND } from "../model/duration.ts";
import type { Redis } from "./redis.ts";

/**
 * The generic cell rate algorithm, without a burst: each turn is one interval after the one before, or now. All in
 * microseconds of Redis's clock. A time that lies absurdly far ahead is left over from a clock that was set back.
 */
const TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
if free - now > math.max(60000000, interval * 2000) then free = now end
local paused = redis.call('PTTL', KEYS[2])
local turn = math.max(now, free)
if paused > 0 then turn = math.max(turn, now + paused * 1000) end
local ahead = math.ceil((turn + interval - now) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', turn + interval), 'PX', ahead + 1000)
return turn - now
`;

export interface SharedPaceOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** What is shared, e.g. `gitlab`. */
  readonly quota: string;
  readonly perSecond: number;
  readonly clock: Clock;
  /** Among how many the quota is shared while Redis says nothing: the last that was known. */
  readonly replicas: () => number;
}

/** How long Redis may say nothing until we go on by ourselves, beside what the others take, in milliseconds. */
const PATIENCE = 2_000;
/** How long Redis is not asked again, once it gave no answer, in milliseconds. */
const LEFT_ALONE = 1_000;

export const pauseKey = (prefix: string): string => `${prefix}:paused`;

/** Waits for a turn of the whole fleet's. Never fails: without Redis each replica takes its share by its own clock. */
export const createSharedPace = (options: SharedPaceOptions): (() => Promise<void>) => {
  const { redis, prefix, quota, perSecond, clock, replicas } = options;
  const key = `${prefix}:pace:${quota}`;
  const microseconds = 1_000_000 / perSecond;
  let free = Number.NEGATIVE_INFINITY;
  let askAgain = Number.NEGATIVE_INFINITY;

  const ownTurn = (): number => {
    const now = clock.monotonic();
    const turn = Math.max(now, free);
    free = turn + (SECOND / perSecond) * Math.max(1, replicas());
    return turn - now;
  };
  const sharedTurn = async (): Promise<number> => {
    if (clock.monotonic() < askAgain) return ownTurn();
    try {
      const asked = redis.eval(TURN, 2, key, pauseKey(prefix), microseconds);
      return Number(await inTime(asked, PATIENCE)) / 1_000;
    } catch {
      askAgain = clock.monotonic() + LEFT_ALONE;
      return ownTurn();
    }
  };

  return async () => {
    const wait = await sharedTurn();
    if (wait > 0) await clock.sleep(milliseconds(wait));
  };
};

const inTime = <Result>(work: Promise<Result>, patience: number): Promise<Result> => {
  let late: NodeJS.Timeout | undefined;
  // Real time, whatever clock the caller has: a socket knows no other.
  const timeout = new Promise<never>((_, reject) => {
    // Where we were held up ourselves, the answer is there, and only to be read.
    late = setTimeout(() => setImmediate(() => reject(new Error("no answer in time"))), patience);
  });
  work.catch(() => undefined);
  return Promise.race([work, timeout]).finally(() => clearTimeout(late));
};
