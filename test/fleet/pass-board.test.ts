import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Archive, createArchive } from "../../src/fleet/archive.ts";
import { RedisLostError } from "../../src/fleet/ask.ts";
import { createPassBoard, type PassBoard } from "../../src/fleet/pass-board.ts";
import { connectForCommands, type Redis } from "../../src/fleet/redis.ts";
import { createRegistry } from "../../src/fleet/registry.ts";
import { aPassRecord } from "../support/overview/sample.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "../support/redis.ts";

const PREFIX = "rotator{x}";
const pass = (id: string) => ({ id, policy: "p", startedAt: new Date(1_000) });

describe.skipIf(!hasRedis)(`what a fleet knows of its passes${REDIS_NEEDED}`, () => {
  let server: RedisServer;
  let redis: Redis;
  let board: PassBoard;
  let archive: Archive;
  beforeAll(async () => {
    server = await startRedis();
    redis = connectForCommands({ url: server.url, name: "test", onError: () => undefined });
    await new Promise((resolve) => redis.once("ready", resolve));
    board = createPassBoard(redis, PREFIX);
    archive = createArchive(redis, PREFIX);
  });
  afterEach(() => server.client.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  test("is one pass at a time: of many who begin at once, one does", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) => board.begin(pass(`p${index}`), 60_000)),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await board.current()).toEqual(all[0]);
  });

  test("is free again when the pass ends, and only its own end counts", async () => {
    await board.begin(pass("a"), 60_000);
    expect(await board.end("b")).toBe(false);
    expect((await board.begin(pass("b"), 60_000)).id).toBe("a");
    expect(await board.end("a")).toBe(true);
    expect((await board.begin(pass("b"), 60_000)).id).toBe("b");
  });

  test("is free again when nobody keeps the pass", async () => {
    await board.begin(pass("a"), 50);
    await board.keep("b", 60_000);
    await expect.poll(async () => await board.current()).toBeUndefined();
    await board.begin(pass("b"), 50);
    await board.keep("b", 60_000);
    expect(await server.client.pttl(`${PREFIX}:pass`)).toBeGreaterThan(50);
  });

  test("is decided once: of several who decide, the first counts, for all", async () => {
    let made = 0;
    const decide = () => board.once("a", "plan", async () => ({ by: ++made, at: new Date(5) }));
    const all = await Promise.all([decide(), decide(), decide()]);
    expect(new Set(all.map(({ by }) => by)).size).toBe(1);
    const before = made;
    expect(await decide()).toEqual(all[0]);
    expect(made).toBe(before);
  });

  test("lets no more tokens be made than the limit, whoever asks", async () => {
    const asked = await Promise.all(
      Array.from({ length: 30 }, () => board.take("a", { most: 7, haltAfter: 5 })),
    );
    expect(asked.filter((one) => one === "taken")).toHaveLength(7);
    expect(new Set(asked)).toEqual(new Set(["taken", "full"]));
    await board.settle("a", "unused");
    expect(await board.take("a", { most: 7, haltAfter: 5 })).toBe("taken");
    expect(await board.spent("a")).toEqual({ created: 7, failedInARow: 0 });
  });

  test("halts after so many failures in a row, which a success ends", async () => {
    const limits = { most: 100, haltAfter: 3 };
    await board.take("a", limits);
    for (const outcome of ["failed", "failed", "done", "failed", "failed"] as const)
      await board.settle("a", outcome);
    expect(await board.take("a", limits)).toBe("taken");
    await board.settle("a", "failed");
    expect(await board.take("a", limits)).toBe("halted");
  });

  test("lets one of many who claim something have it", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => board.claim("digest:a", 60_000)));
    expect(all.filter(Boolean)).toHaveLength(1);
    const first = await Promise.all(Array.from({ length: 20 }, () => board.isFirst("a", "told")));
    expect(first.filter(Boolean)).toHaveLength(1);
  });

  test("counts what was done of the pass under way, and of no other", async () => {
    const registry = createRegistry({ redis, prefix: PREFIX, liveFor: 60_000 });
    await board.begin(pass("a"), 60_000);
    await board.phase("a", "observing", 40);
    await board.done("a", 20);
    // Told again by who goes on with it: what was done stays done.
    await board.phase("a", "observing", 40);
    await board.done("b", 20);
    expect((await registry.beat()).progress).toEqual({ phase: "observing", done: 20, total: 40 });
    await board.phase("a", "acting", 3);
    expect((await registry.beat()).progress).toEqual({ phase: "acting", done: 0, total: 3 });
  });

  test("shows the last passes to all, each once, and none of a pass whose time is over", async () => {
    const record = aPassRecord({ startedAt: new Date(5), finishedAt: new Date(9) });
    expect(await archive.publish({ id: "a", record }, undefined)).toBe(false);
    await board.begin(pass("a"), 60_000);
    expect(await archive.publish({ id: "a", record }, undefined)).toBe(true);
    expect(await archive.publish({ id: "a", record }, undefined)).toBe(false);
    await board.end("a");
    await board.begin(pass("b"), 60_000);
    expect(await archive.publish({ id: "a", record }, undefined)).toBe(false);
    expect(await archive.passes()).toEqual([
      { id: "a", record: expect.objectContaining({ finishedAt: new Date(9) }) },
    ]);
  });

  test("remembers fifty passes, and what was told", async () => {
    const record = aPassRecord({});
    for (let index = 0; index < 55; index += 1) {
      await board.begin(pass(`p${index}`), 60_000);
      await archive.publish({ id: `p${index}`, record }, undefined);
      await board.end(`p${index}`);
    }
    const passes = await archive.passes();
    expect(passes).toHaveLength(50);
    expect(passes[0]?.id).toBe("p54");
    await archive.told.write("text");
    expect(await archive.told.read()).toBe("text");
  });

  test("leaves nothing behind that does not expire", async () => {
    await board.begin(pass("a"), 60_000);
    await board.once("a", "plan", async () => 1);
    await board.take("b", { most: 1, haltAfter: 1 });
    await board.phase("a", "acting", 1);
    await board.claim("c", 60_000);
    // Told late, of passes whose counts are gone.
    for (const outcome of ["unused", "failed", "done"] as const) await board.settle(outcome, outcome);
    await board.isFirst("d", "observed");
    await archive.publish({ id: "a", record: aPassRecord({}) }, undefined);
    await archive.told.write("text");
    for (const key of await server.client.keys("*"))
      expect([key, await server.client.pttl(key)]).toEqual([
        key,
        expect.toSatisfy((left: number) => left > 0),
      ]);
    expect((await server.client.keys(`${PREFIX}:pass:*`)).sort()).toEqual(
      ["a", "b", "d"].map((id) => `${PREFIX}:pass:${id}`),
    );
  });

  test("says of a Redis that is away that it is, and of a mistake what it is", async () => {
    await server.client.set(`${PREFIX}:pass:a`, "no hash");
    await expect(board.take("a", { most: 1, haltAfter: 1 })).rejects.toThrow("WRONGTYPE");
    const away = connectForCommands({ url: "redis://127.0.0.1:1", name: "t", onError: () => undefined });
    await expect(createPassBoard(away, PREFIX).current()).rejects.toThrow(RedisLostError);
    away.disconnect();
  });
});
