import type { FleetPass } from "../model/fleet.ts";
import { ask } from "./ask.ts";
import { KEPT_WITH_PASS } from "./keys.ts";
import { pack, unpack } from "./packed.ts";
import type { Redis } from "./redis.ts";
import { passKey, progressKey, readPass, writePass } from "./registry.ts";

const isThis = `
local current = redis.call('GET', KEYS[1])
if not current or cjson.decode(current).id ~= ARGV[1] then return 0 end
`;

const BEGIN = `
local current = redis.call('GET', KEYS[1])
if current then return current end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
return ARGV[1]
`;
const KEEP = `${isThis} redis.call('PEXPIRE', KEYS[1], ARGV[2]) return 1`;
const END = `${isThis} redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) return 1`;
const ADVANCE = `${isThis}
if ARGV[2] == 'done' then
  redis.call('HINCRBY', KEYS[2], 'done', ARGV[3])
elseif redis.call('HGET', KEYS[2], 'phase') ~= ARGV[2] then
  redis.call('HSET', KEYS[2], 'phase', ARGV[2], 'total', ARGV[3], 'done', 0)
end
redis.call('PEXPIRE', KEYS[2], ${KEPT_WITH_PASS})
return 1
`;
const DECIDE = `
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then redis.call('PEXPIRE', KEYS[1], ${KEPT_WITH_PASS}) end
return redis.call('HGET', KEYS[1], ARGV[1])
`;
const TAKE = `
if tonumber(redis.call('HGET', KEYS[1], 'failed') or '0') >= tonumber(ARGV[2]) then return 'halted' end
if tonumber(redis.call('HGET', KEYS[1], 'created') or '0') >= tonumber(ARGV[1]) then return 'full' end
redis.call('HINCRBY', KEYS[1], 'created', 1)
redis.call('PEXPIRE', KEYS[1], ${KEPT_WITH_PASS})
return 'taken'
`;
/** Only of a pass that is known still: one that is over is not to come back as a count of its own, for ever. */
const SETTLE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[1] == 'unused' then redis.call('HINCRBY', KEYS[1], 'created', -1)
elseif ARGV[1] == 'failed' then redis.call('HINCRBY', KEYS[1], 'failed', 1)
else redis.call('HDEL', KEYS[1], 'failed') end
redis.call('PEXPIRE', KEYS[1], ${KEPT_WITH_PASS})
return 1
`;
const FIRST = `
local isFirst = redis.call('HSETNX', KEYS[1], ARGV[1], '1')
redis.call('PEXPIRE', KEYS[1], ${KEPT_WITH_PASS})
return isFirst
`;

export type Taken = "taken" | "full" | "halted";

/** What the fleet knows of the pass under way: there is one at most. Every method throws `RedisLostError`. */
export interface PassBoard {
  /** The pass that is under way: this one, unless another was faster. */
  begin(pass: FleetPass, liveFor: number): Promise<FleetPass>;
  current(): Promise<FleetPass | undefined>;
  /** It is under way still: without this its place is free after `liveFor`, in milliseconds. */
  keep(id: string, liveFor: number): Promise<void>;
  /** False when it was another's turn already. */
  end(id: string): Promise<boolean>;
  /** What has been decided in a pass stays so: of several who decide, the first counts. */
  once<Value>(id: string, name: string, make: () => Promise<Value>): Promise<Value>;
  /** True for the first who asks in that pass. */
  isFirst(id: string, name: string): Promise<boolean>;
  /** True for the first who asks, in so many milliseconds; and again for the same `by`, whose answer may have been lost. */
  claim(name: string, length: number, by?: string): Promise<boolean>;
  /** As if it had just been claimed. */
  mark(name: string, length: number, by: string): Promise<void>;
  phase(id: string, phase: "observing" | "acting", total: number): Promise<void>;
  done(id: string, count: number): Promise<void>;
  /** Whether one more token may be made. */
  take(id: string, limits: { readonly most: number; readonly haltAfter: number }): Promise<Taken>;
  settle(id: string, outcome: "unused" | "failed" | "done"): Promise<void>;
  /** Tokens made, or about to be, and failures in a row. */
  spent(id: string): Promise<{ readonly created: number; readonly failedInARow: number }>;
}

export const createPassBoard = (redis: Redis, prefix: string): PassBoard => {
  const [current, progress] = [passKey(prefix), progressKey(prefix)];
  /** Everything about one pass. */
  const own = (id: string): string => `${prefix}:pass:${id}`;
  return {
    begin: async (pass, liveFor) =>
      readPass(String(await ask(redis.eval(BEGIN, 2, current, progress, writePass(pass), liveFor)))),
    current: async () => {
      const text = await ask(redis.get(current));
      return text === null ? undefined : readPass(text);
    },
    keep: async (id, liveFor) => {
      await ask(redis.eval(KEEP, 1, current, id, liveFor));
    },
    end: async (id) => (await ask(redis.eval(END, 3, current, progress, own(id), id))) === 1,
    once: async (id, name, make) => {
      const before = await ask(redis.hget(own(id), name));
      if (before !== null) return unpack(before);
      return unpack(String(await ask(redis.eval(DECIDE, 1, own(id), name, await pack(await make())))));
    },
    isFirst: async (id, name) => (await ask(redis.eval(FIRST, 1, own(id), name))) === 1,
    claim: async (name, length, by) => {
      const key = `${prefix}:claim:${name}`;
      if ((await ask(redis.set(key, by ?? "1", "PX", length, "NX"))) === "OK") return true;
      return by !== undefined && (await ask(redis.get(key))) === by;
    },
    mark: async (name, length, by) => {
      await ask(redis.set(`${prefix}:claim:${name}`, by, "PX", length));
    },
    phase: async (id, phase, total) => {
      await ask(redis.eval(ADVANCE, 2, current, progress, id, phase, total));
    },
    done: async (id, count) => {
      await ask(redis.eval(ADVANCE, 2, current, progress, id, "done", count));
    },
    take: async (id, { most, haltAfter }) =>
      (await ask(redis.eval(TAKE, 1, own(id), most, haltAfter))) as Taken,
    settle: async (id, outcome) => {
      await ask(redis.eval(SETTLE, 1, own(id), outcome));
    },
    spent: async (id) => {
      const [created, failed] = await ask(redis.hmget(own(id), "created", "failed"));
      return { created: Number(created ?? 0), failedInARow: Number(failed ?? 0) };
    },
  };
};
