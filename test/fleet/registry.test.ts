import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectForCommands, type Redis } from "../../src/fleet/redis.ts";
import { createRegistry, type Registry } from "../../src/fleet/registry.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "../support/redis.ts";

const replica = (id: string, since?: Date) => ({
  id,
  host: "host",
  pid: 1,
  version: "1.0.0",
  policy: "p",
  doing: undefined,
  since,
});

describe.skipIf(!hasRedis)(`the registry of replicas${REDIS_NEEDED}`, () => {
  let server: RedisServer;
  let redis: Redis;
  let registry: Registry;
  beforeAll(async () => {
    server = await startRedis();
    redis = connectForCommands({ url: server.url, name: "test", onError: () => undefined });
    registry = createRegistry({ redis, prefix: "rotator{x}", liveFor: 60_000 });
    await new Promise((resolve) => redis.once("ready", resolve));
  });
  afterEach(() => server.client.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  const ids = async (): Promise<readonly string[]> => (await registry.beat()).replicas.map(({ id }) => id);

  test("shows who lives, by Redis's clock, the oldest first", async () => {
    const { now, replicas } = await registry.beat(replica("b"));
    expect(replicas).toEqual([{ ...replica("b"), since: now }]);
    await registry.beat(replica("a", new Date(now.getTime() - 5_000)));
    expect(await ids()).toEqual(["a", "b"]);
  });

  test("keeps since when a replica has been there, also where Redis has forgotten it", async () => {
    const since = (await registry.beat(replica("a"))).replicas[0]?.since;
    await server.client.flushall();
    expect((await registry.beat(replica("a", since))).replicas[0]?.since).toEqual(since);
  });

  test("forgets who leaves, and who has not been heard of", async () => {
    await registry.beat(replica("a"));
    await registry.beat(replica("b"));
    await registry.leave("a");
    expect(await ids()).toEqual(["b"]);
    const [time = 0] = (await server.client.time()) as unknown as number[];
    const silent = JSON.stringify({ ...replica("c"), since: 1, seen: Number(time) * 1_000 - 61_000 });
    const ahead = JSON.stringify({ ...replica("d"), since: 1, seen: Number(time) * 1_000 + 62_000 });
    await server.client.hset("rotator{x}:replicas", { c: silent, d: ahead });
    expect(await ids()).toEqual(["b"]);
    expect(await server.client.hkeys("rotator{x}:replicas")).toEqual(["b"]);
  });

  test("leaves nothing behind that does not expire", async () => {
    await registry.beat(replica("a"));
    for (const key of await server.client.keys("*")) expect(await server.client.pttl(key)).toBeGreaterThan(0);
  });

  test("looks without joining", async () => {
    expect(await registry.beat()).toMatchObject({ replicas: [], pass: undefined, lastPass: undefined });
    expect(await server.client.dbsize()).toBe(0);
  });
});
