import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPauseChannel } from "../../src/fleet/pause-channel.ts";
import { connectForCommands, type Redis } from "../../src/fleet/redis.ts";
import { createSharedPace } from "../../src/fleet/shared-pace.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "../support/redis.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";

const PREFIX = "rotator{x}";

describe.skipIf(!hasRedis)(`the fleet's pace${REDIS_NEEDED}`, () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  const opened: Redis[] = [];
  const connected = async (port = server.port): Promise<Redis> => {
    const redis = connectForCommands({
      url: `redis://127.0.0.1:${port}`,
      name: "t",
      onError: () => undefined,
    });
    opened.push(redis);
    await new Promise((resolve) => redis.once("ready", resolve));
    return redis;
  };
  beforeAll(async () => {
    server = await startRedis();
    proxy = await startProxy(server.port);
  });
  beforeEach(() => server.client.flushall());
  afterAll(async () => {
    for (const redis of opened) redis.disconnect();
    await proxy.close();
    await server.close();
  });

  /** How long each of so many turns had to wait, in milliseconds, without waiting for it. */
  const waits = (redis: Redis, options: { perSecond: number; replicas?: number; quota?: string }) => {
    const slept: number[] = [];
    const clock = {
      now: () => new Date(),
      monotonic: () => 0,
      sleep: async (duration: number) => void slept.push(duration),
    };
    const turn = createSharedPace({
      redis,
      prefix: PREFIX,
      quota: options.quota ?? "gitlab",
      perSecond: options.perSecond,
      clock,
      replicas: () => options.replicas ?? 1,
    });
    return { turn, slept };
  };

  test("is one for all: turns of several replicas are an interval apart", async () => {
    const [one, other] = [await connected(), await connected()].map((redis) =>
      waits(redis, { perSecond: 0.1 }),
    );
    for (let round = 0; round < 5; round += 1) await Promise.all([one?.turn(), other?.turn()]);
    const all = [...(one?.slept ?? []), ...(other?.slept ?? [])].sort((a, b) => a - b);
    // Ten turns; the first waits for nothing. What the test itself takes is taken off each.
    expect(all).toHaveLength(9);
    all.forEach((wait, index) => {
      expect(wait).toBeLessThanOrEqual((index + 1) * 10_000);
      expect(wait).toBeGreaterThan((index + 1) * 10_000 - 9_000);
    });
  });

  test("is one for each quota", async () => {
    const redis = await connected();
    for (const quota of ["a", "b"]) {
      const { turn, slept } = waits(redis, { perSecond: 0.1, quota });
      await turn();
      expect(slept).toEqual([]);
    }
  });

  test("lets nothing begin during another's pause", async () => {
    const [redis, subscriber] = [await connected(), await connected()];
    const channel = openPauseChannel({
      redis,
      subscriber,
      prefix: PREFIX,
      self: "a",
      onPause: () => undefined,
    });
    channel.tell(30_000);
    // Shorter, and so no end of the longer one.
    channel.tell(1_000);
    const { turn, slept } = waits(redis, { perSecond: 1_000 });
    await turn();
    expect(slept[0]).toBeGreaterThan(20_000);
    expect(slept[0]).toBeLessThanOrEqual(30_000);
  });

  test("tells the others of a pause at once, and who comes late of what is left of it", async () => {
    const heard: string[] = [];
    const redis = await connected();
    const open = async (self: string): Promise<ReturnType<typeof openPauseChannel>> => {
      const subscriber = connectForCommands({ url: server.url, name: "s", onError: () => undefined });
      opened.push(subscriber);
      const onPause = (length: number): void =>
        void heard.push(`${self} ${length > 20_000 && length <= 30_000}`);
      const channel = openPauseChannel({ redis, subscriber, prefix: PREFIX, self, onPause });
      await expect.poll(() => subscriber.status).toBe("ready");
      return channel;
    };
    const a = await open("a");
    await open("b");
    await expect.poll(async () => (await server.client.pubsub("NUMSUB", `${PREFIX}:pauses`))[1]).toBe(2);
    a.tell(30_000);
    await expect.poll(() => heard).toEqual(["b true"]);
    await open("c");
    await expect.poll(() => heard).toEqual(["b true", "c true"]);
  });

  test("is each replica's own share while Redis says nothing", async () => {
    const redis = await connected(proxy.port);
    const { turn, slept } = waits(redis, { perSecond: 10, replicas: 3 });
    proxy.freeze();
    for (let round = 0; round < 4; round += 1) await turn();
    // A third of ten a second.
    expect(slept.map(Math.round)).toEqual([300, 600, 900]);
    proxy.cut();
    await turn();
    expect(slept.map(Math.round)).toEqual([300, 600, 900, 1_200]);
    proxy.restore();
  });

  test("is the whole fleet's still after a stall of our own, as the answer is there by then", async () => {
    const redis = await connected();
    const { turn, slept } = waits(redis, { perSecond: 0.1, replicas: 3 });
    await turn();
    const second = turn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
    await second;
    // By a share of its own it would be its first, and wait for nothing.
    expect(slept).toHaveLength(1);
  });

  test("is not held up by a time that a clock set back has left far ahead", async () => {
    const redis = await connected();
    await server.client.set(`${PREFIX}:pace:gitlab`, String((Date.now() + 86_400_000) * 1_000));
    const { turn, slept } = waits(redis, { perSecond: 10 });
    await turn();
    expect(slept).toEqual([]);
  });

  test("leaves nothing behind that does not expire", async () => {
    const redis = await connected();
    await waits(redis, { perSecond: 10 }).turn();
    for (const key of await server.client.keys("*")) expect(await server.client.pttl(key)).toBeGreaterThan(0);
  });
});
