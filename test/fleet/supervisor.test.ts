import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RedisLostError } from "../../src/fleet/ask.ts";
import type { PassOrder } from "../../src/fleet/orders.ts";
import { createPassBoard, type PassBoard } from "../../src/fleet/pass-board.ts";
import type { Queues } from "../../src/fleet/queues.ts";
import { connectForCommands, type Redis } from "../../src/fleet/redis.ts";
import type { Beat } from "../../src/fleet/registry.ts";
import { TIMING } from "../../src/fleet/timing.ts";
import { createSupervisor } from "../../src/fleet-supervisor.ts";
import type { Logger } from "../../src/logger.ts";
import { DAY, milliseconds } from "../../src/model/duration.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "../support/redis.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const DUE = new Date("2026-11-24T11:59:58Z");
const STEPS = ["claim", "begin", "mark", "addPass"] as const;
type Step = (typeof STEPS)[number];

describe.skipIf(!hasRedis)(`who sees to a fleet's passes${REDIS_NEEDED}`, () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = connectForCommands({ url: server.url, name: "test", onError: () => undefined });
    await new Promise((resolve) => redis.once("ready", resolve));
  });
  afterEach(() => server.client.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  const beat = (over: Partial<Beat> = {}): Beat => ({
    now: NOW,
    replicas: [],
    pass: undefined,
    progress: { phase: "resolving", done: 0, total: undefined },
    lastPass: undefined,
    ...over,
  });
  /** One whose Redis does what it is asked, and is lost before it says so: once, at that step. */
  const replica = (options: { lostAt?: Step; clock?: Date } = {}) => {
    let { lostAt } = options;
    const added = new Map<string, PassOrder>();
    let policy = "ours";
    const lossy =
      <Args extends readonly unknown[], Answer>(step: Step, act: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        const answer = await act(...args);
        if (lostAt !== step) return answer;
        lostAt = undefined;
        throw new RedisLostError(new Error("cut off"));
      };
    const real = createPassBoard(redis, "rotator{x}");
    const board: PassBoard = {
      ...real,
      claim: lossy("claim", real.claim),
      begin: lossy("begin", real.begin),
      mark: lossy("mark", real.mark),
    };
    const supervisor = createSupervisor({
      board,
      queues: {
        addPass: lossy("addPass", async (order: PassOrder) => void added.set(order.id, order)),
        isUnderWay: async (id: string) => added.has(id),
        assertSchedule: async () => undefined,
      } as unknown as Queues,
      clock: { now: () => options.clock ?? NOW, monotonic: () => 0, sleep: async () => undefined },
      timing: TIMING,
      logger: { info: () => undefined, warn: () => undefined } as unknown as Logger,
      given: () => ({
        policy,
        schedule: { cron: "0 0 1 1 *", timezone: "UTC", jitter: milliseconds(0) },
        interval: DAY,
      }),
    });
    const give = (next: string): void => {
      policy = next;
      supervisor.rest();
    };
    return { supervisor, board, added, give };
  };

  test.each(STEPS.slice(1))("begin a tick's pass although the answer to `%s` was lost", async (lostAt) => {
    const { supervisor, board, added } = replica({ lostAt });
    await expect(supervisor.tick(DUE)).rejects.toThrow(RedisLostError);
    const id = await supervisor.tick(DUE);
    expect([...added.keys()]).toEqual([id]);
    expect((await board.current())?.id).toBe(id);
  });

  test.each(STEPS)("begin the pass of a start although the answer to `%s` was lost", async (lostAt) => {
    const { supervisor, board, added } = replica({ lostAt });
    await expect(supervisor.look(beat())).rejects.toThrow(RedisLostError);
    await supervisor.look(beat());
    const current = await board.current();
    expect([...added.keys()]).toEqual([current?.id]);
    // And no second one.
    await board.end(current?.id ?? "");
    await supervisor.look(beat({ lastPass: current?.id }));
    expect(added.size).toBe(1);
  });

  test.each(STEPS.slice(1))(
    "begin another policy's pass although the answer to `%s` was lost",
    async (lostAt) => {
      const other = replica();
      await other.supervisor.look(beat());
      const pass = await other.board.current();
      const { supervisor, board, added, give } = replica({ lostAt });
      give("newer");
      await supervisor.look(beat({ pass })).catch(() => undefined);
      await supervisor.look(beat({ pass: await board.current() })).catch(() => undefined);
      await supervisor.look(beat({ pass: await board.current() })).catch(() => undefined);
      expect(await board.current()).toMatchObject({ policy: "newer" });
      expect([...added.keys()]).toEqual([(await board.current())?.id]);
    },
  );

  test("begin no pass that has ended meanwhile a second time", async () => {
    const { supervisor, added } = replica({ lostAt: "addPass" });
    await expect(supervisor.look(beat())).rejects.toThrow(RedisLostError);
    const [id] = added.keys();
    added.clear();
    await createPassBoard(redis, "rotator{x}").end(id ?? "");
    await supervisor.look(beat({ lastPass: id }));
    expect(added.size).toBe(0);
  });

  test("skip no tick because the clock of one of them is ahead", async () => {
    const ahead = replica({ clock: new Date(NOW.getTime() + 2 * DAY) });
    await ahead.supervisor.look(beat());
    const lastPass = (await ahead.board.current())?.id;
    await ahead.board.end(lastPass ?? "");
    const { supervisor } = replica();
    await supervisor.look(beat({ lastPass }));
    expect(await supervisor.tick(new Date(NOW.getTime() + 5_000))).not.toMatch(/^skipped/);
    expect(await supervisor.tick(DUE)).toMatch(/^skipped/);
  });
});
