import type { PassRecord } from "../model/history.ts";
import type { StatusReport } from "../model/status.ts";
import { ask } from "./ask.ts";
import { KEPT } from "./keys.ts";
import { pack, unpack } from "./packed.ts";
import type { Redis } from "./redis.ts";
import { lastPassKey, passKey } from "./registry.ts";

/** Only of the pass under way, and once: whoever was frozen meanwhile must not overwrite a later pass's. */
const PUBLISH = `
local current = redis.call('GET', KEYS[1])
if not current or cjson.decode(current).id ~= ARGV[1] then return 0 end
if redis.call('GET', KEYS[2]) == ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[5])
if ARGV[2] ~= '' then redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[5]) end
redis.call('LPUSH', KEYS[4], ARGV[3])
redis.call('LTRIM', KEYS[4], 0, ARGV[4] - 1)
redis.call('PEXPIRE', KEYS[4], ARGV[5])
return 1
`;

/** Passes that are remembered, as by a process of its own. */
const REMEMBERED = 50;

export interface ArchivedPass {
  readonly id: string;
  readonly record: PassRecord;
}

/** What the last passes came to, for every replica to show. Throws `RedisLostError`. */
export interface Archive {
  /** False when that pass's was there already, or its time is over. A pass that did not take place has no status. */
  publish(pass: ArchivedPass, status: StatusReport | undefined): Promise<boolean>;
  /** The newest first. */
  passes(): Promise<readonly ArchivedPass[]>;
  status(): Promise<StatusReport | undefined>;
  /** What was told to whom. */
  readonly told: { read(): Promise<string | undefined>; write(text: string): Promise<void> };
}

export const createArchive = (redis: Redis, prefix: string): Archive => {
  const [status, passes, told] = [`${prefix}:status`, `${prefix}:passes`, `${prefix}:told`];
  return {
    publish: async (pass, report) =>
      (await ask(
        redis.eval(
          PUBLISH,
          4,
          ...[passKey(prefix), lastPassKey(prefix), status, passes],
          ...[pass.id, report === undefined ? "" : await pack(report), await pack(pass), REMEMBERED, KEPT],
        ),
      )) === 1,
    passes: async () => {
      const texts = await ask(redis.lrange(passes, 0, -1));
      return Promise.all(texts.map((text) => unpack<ArchivedPass>(text)));
    },
    status: async () => {
      const text = await ask(redis.get(status));
      return text === null ? undefined : unpack<StatusReport>(text);
    },
    told: {
      read: async () => {
        const text = await ask(redis.get(told));
        return text === null ? undefined : unpack<string>(text);
      },
      write: async (text) => {
        await ask(redis.set(told, await pack(text), "PX", KEPT));
      },
    },
  };
};
