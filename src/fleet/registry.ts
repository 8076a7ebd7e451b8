import type { FleetPass, Replica } from "../model/fleet.ts";
import type { PassProgress } from "../model/overview.ts";
import { KEPT } from "./keys.ts";
import type { Redis } from "./redis.ts";

/**
 * One replica says that it lives, and gets to know who else does: `{ since, seen, ... }` a field. By Redis's clock, as those of
 * the machines may differ. What has not been heard of for too long is taken out.
 */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] ~= '' then
  local own = cjson.decode(ARGV[2])
  if own.since == 0 then own.since = now end
  own.seen = now
  redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(own))
end
local live = {}
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  local seen = cjson.decode(all[index + 1]).seen
  if now - seen > tonumber(ARGV[3]) or seen - now > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], all[index])
  else
    live[#live + 1] = all[index]
    live[#live + 1] = all[index + 1]
  end
end
if #live > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
local progress = redis.call('HMGET', KEYS[4], 'phase', 'done', 'total')
local pass = redis.call('GET', KEYS[2]) or ''
local last = redis.call('GET', KEYS[3]) or ''
return { tostring(now), pass, last, progress[1] or '', progress[2] or '', progress[3] or '', unpack(live) }
`;

export interface Beat {
  /** Redis's time. */
  readonly now: Date;
  /** The oldest first. */
  readonly replicas: readonly Replica[];
  /** The pass under way. */
  readonly pass: FleetPass | undefined;
  readonly progress: Pick<PassProgress, "phase" | "done" | "total">;
  /** The last pass that came to an end. */
  readonly lastPass: string | undefined;
}

/** Who lives, in one hash of Redis. */
export interface Registry {
  /** Says that the replica lives, too; without one it only looks. */
  beat(own?: Omit<Replica, "since"> & { readonly since: Date | undefined }): Promise<Beat>;
  leave(id: string): Promise<void>;
}

interface Written extends Omit<Replica, "since" | "id" | "doing"> {
  readonly since: number;
  readonly doing?: string;
}

export interface RegistryOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** How long a replica counts as alive that says nothing, in milliseconds. */
  readonly liveFor: number;
}

export const createRegistry = ({ redis, prefix, liveFor }: RegistryOptions): Registry => {
  const key = `${prefix}:replicas`;
  return {
    beat: async (own) => {
      const { id = "", ...rest } = own ?? {};
      const written =
        own === undefined ? "{}" : JSON.stringify({ ...rest, since: own.since?.getTime() ?? 0 });
      const answer = await redis.eval(
        BEAT,
        4,
        ...[key, passKey(prefix), lastPassKey(prefix), progressKey(prefix)],
        ...[id, written, liveFor, KEPT],
      );
      return readBeat(answer as readonly string[]);
    },
    leave: async (id) => {
      await redis.hdel(key, id);
    },
  };
};

export const progressKey = (prefix: string): string => `${prefix}:progress`;
export const passKey = (prefix: string): string => `${prefix}:pass`;
export const lastPassKey = (prefix: string): string => `${prefix}:last-pass`;

const readBeat = ([now = "", pass = "", lastPass = "", ...rest]: readonly string[]): Beat => {
  const [phase, done, total, ...live] = rest;
  const replicas: Replica[] = [];
  for (let index = 0; index + 1 < live.length; index += 2) {
    const { host, pid, version, policy, since, doing } = JSON.parse(live[index + 1] ?? "") as Written;
    replicas.push({ id: live[index] ?? "", host, pid, version, policy, since: new Date(since), doing });
  }
  return {
    now: new Date(Number(now)),
    replicas: replicas.sort(
      (one, other) => one.since.getTime() - other.since.getTime() || (one.id < other.id ? -1 : 1),
    ),
    pass: pass === "" ? undefined : readPass(pass),
    progress: {
      phase: phase === "observing" || phase === "acting" ? phase : "resolving",
      done: Number(done),
      total: total === "" ? undefined : Number(total),
    },
    lastPass: lastPass || undefined,
  };
};

/** As it stands under its key. */
export const writePass = ({ id, policy, startedAt }: FleetPass): string =>
  JSON.stringify({ id, policy, startedAt: startedAt.getTime() });

export const readPass = (text: string): FleetPass => {
  const { id, policy, startedAt } = JSON.parse(text) as { id: string; policy: string; startedAt: number };
  return { id, policy, startedAt: new Date(startedAt) };
};
