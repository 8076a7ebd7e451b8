import { visit } from "./visit.ts";

/** What a Redis says of itself; `undefined` where it may not be asked. */
export interface RedisFacts {
  readonly version: string | undefined;
  /** What it does when its memory is full: `noeviction`, or dropping keys of others' choosing. */
  readonly whenFull: string | undefined;
  /** A copy, which takes no writes. */
  readonly isReplica: boolean;
}

/** Whether a Redis answers and runs scripts, which everything here needs. Writes nothing. Throws `RedisLostError`. */
export const redisFacts = (url: string): Promise<RedisFacts> =>
  visit({ url, name: "deploy-token-rotator-doctor" }, async (redis) => {
    await redis.eval("return 1", 0);
    // Managed services forbid INFO to some users, who need it for nothing else.
    const told = await redis.info().catch(() => "");
    const of = (key: string): string | undefined => new RegExp(`^${key}:(.*?)\\r?$`, "m").exec(told)?.[1];
    return {
      version: of("redis_version"),
      whenFull: of("maxmemory_policy"),
      isReplica: of("role") === "slave",
    };
  });
