import type { Redis } from "./redis.ts";
import { pauseKey } from "./shared-pace.ts";

export interface PauseChannelOptions {
  readonly redis: Redis;
  /** A connection of its own: one that subscribes can send nothing else. */
  readonly subscriber: Redis;
  readonly prefix: string;
  /** Who speaks, so that nobody hears himself. */
  readonly self: string;
  /** For so many milliseconds nothing may be asked. */
  readonly onPause: (milliseconds: number) => void;
}

/** One replica's 429 holds all of them up. */
export interface PauseChannel {
  /** Never fails: without Redis the others find out for themselves. */
  tell(milliseconds: number): void;
}

/** Longer than any pause that we keep. */
const MAX_PAUSE = 60 * 60 * 1_000;

/** Only ever prolonged: a later, shorter one does not cut an earlier one short. */
const PROLONG = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
redis.call('PUBLISH', KEYS[2], ARGV[2])
`;

export const openPauseChannel = (options: PauseChannelOptions): PauseChannel => {
  const { redis, subscriber, prefix, self, onPause } = options;
  const channel = `${prefix}:pauses`;
  subscriber.on("message", (_, text) => {
    const [from, length] = text.split(" ");
    const milliseconds = Number(length);
    if (from !== self && milliseconds > 0 && milliseconds <= MAX_PAUSE) onPause(milliseconds);
  });
  // Whoever was away hears the rest of a pause from the key.
  subscriber.on("ready", () => {
    subscriber.subscribe(channel).catch(() => undefined);
    redis
      .pttl(pauseKey(prefix))
      .then((left) => {
        if (left > 0) onPause(Math.min(left, MAX_PAUSE));
      })
      .catch(() => undefined);
  });
  return {
    tell: (milliseconds) => {
      const length = Math.min(Math.ceil(milliseconds), MAX_PAUSE);
      if (length <= 0) return;
      redis.eval(PROLONG, 2, pauseKey(prefix), channel, length, `${self} ${length}`).catch(() => undefined);
    },
  };
};
