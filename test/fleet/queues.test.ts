import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { steersJobs } from "../../src/fleet/ask.ts";
import type { Outcome } from "../../src/fleet/orders.ts";
import { type Handlers, openQueues, type Queues } from "../../src/fleet/queues.ts";
import { connectForQueues, type Redis } from "../../src/fleet/redis.ts";
import { createTicks } from "../../src/fleet/ticks.ts";
import { milliseconds } from "../../src/model/duration.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "../support/redis.ts";

const PREFIX = "rotator{x}";
const TIMING = { beat: 200, liveFor: 2_000, lock: 30_000, stalled: 30_000, passLiveFor: 3_000 };
const order = (id: string) => ({ id, policy: "p", startedAt: new Date(1_000) });

describe.skipIf(!hasRedis)(`the queues of a fleet${REDIS_NEEDED}`, () => {
  let server: RedisServer;
  const connections: Redis[] = [];
  const opened: Queues[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const queues of opened.splice(0)) await queues.close(false);
    for (const redis of connections.splice(0)) redis.disconnect();
    await server.client.flushall();
  });
  afterAll(() => server.close());

  const open = (handlers: Partial<Handlers>, cron = "0 0 1 1 *"): Queues => {
    const redis = connectForQueues({ url: server.url, name: "t", onError: () => undefined });
    connections.push(redis);
    const ticks = createTicks({ cron, timezone: "UTC", jitter: milliseconds(0) }, "x");
    const queues = openQueues({
      redis,
      prefix: PREFIX,
      replica: "r",
      timing: TIMING,
      concurrency: { plan: 2, apply: 4 },
      ticks: () => ticks,
      handlers: {
        tick: async () => "",
        pass: async () => "done",
        work: async () => ({ value: null }),
        onStalled: () => undefined,
        onError: () => undefined,
        untilBack: async () => undefined,
        ...handlers,
      },
    });
    opened.push(queues);
    queues.take(true);
    return queues;
  };
  const finished = <Value = undefined>() => {
    let resolve = (_: Value): void => undefined;
    const promise = new Promise<Value>((settle) => {
      resolve = settle;
    });
    return { promise, resolve };
  };

  test("do a pass in rounds, and each part once, whoever does it", async () => {
    const done = finished();
    const parts: string[] = [];
    const outcomes: (readonly [string, Outcome])[] = [];
    const rounds = [
      ["a", "b"],
      ["c", "d", "e"],
    ];
    let calls = 0;
    const handlers: Partial<Handlers> = {
      pass: async (hand) => {
        calls += 1;
        for (const names of rounds)
          outcomes.push(
            ...(await hand.results(
              names.map((name) => ({ name, lane: name === "b" ? "plan" : "apply", body: { name } })),
            )),
          );
        done.resolve(undefined);
        return "done";
      },
      work: async ({ name, body }) => {
        parts.push(name);
        return name === "d" ? { failed: "d fails" } : { value: body };
      },
    };
    const [queues] = [open(handlers), open(handlers)];
    await queues?.addPass(order("p1"));
    await done.promise;
    expect(parts.sort()).toEqual(["a", "b", "c", "d", "e"]);
    // The first call ends as the first round is sent out, the second with the second.
    expect(calls).toBe(3);
    expect(outcomes.slice(-5)).toEqual([
      ["a", { value: { name: "a" } }],
      ["b", { value: { name: "b" } }],
      ["c", { value: { name: "c" } }],
      ["d", { failed: "d fails" }],
      ["e", { value: { name: "e" } }],
    ]);
  });

  test("tell of a part whose worker threw, and let the pass go on", async () => {
    const said = finished<Outcome | undefined>();
    const queues = open({
      pass: async (hand) => {
        said.resolve((await hand.results([{ name: "a", lane: "apply", body: 1 }])).get("a"));
        return "done";
      },
      work: async () => {
        throw new Error("a bug");
      },
    });
    await queues.addPass(order("p1"));
    expect(await said.promise).toEqual({ failed: "a bug" });
  });

  test("leave nothing of a pass behind", async () => {
    const done = finished();
    const queues = open({
      pass: async (hand) => {
        await hand.results(
          [1, 2, 3].map((count) => ({ name: `n${count}`, lane: "plan", body: "x".repeat(1_000) })),
        );
        done.resolve(undefined);
        return "done";
      },
    });
    await queues.addPass(order("p1"));
    await done.promise;
    await expect.poll(() => queues.isUnderWay("p1")).toBe(false);
    const keys = await server.client.keys("*");
    expect(keys.filter((key) => key.includes("p1"))).toEqual([]);
  });

  test.each([
    ["sends nothing out", 0],
    ["does not end the round", 1],
  ])(
    "a worker whose job is another's by now %s, and says so in a way that is no failure",
    async (_, when) => {
      const said = finished<unknown>();
      const parts: string[] = [];
      const takeAway = () => server.client.set(`${PREFIX}:passes:p1:lock`, "another");
      let calls = 0;
      const queues = open({
        pass: async (hand) => {
          calls += 1;
          if (calls > 1) return "done";
          try {
            if (when === 0) await takeAway();
            const sent = hand.results([{ name: "a", lane: "apply", body: 1 }]);
            if (when === 1) await takeAway();
            await sent;
          } catch (error) {
            said.resolve(error);
            throw error;
          }
          return "done";
        },
        work: async ({ name }) => {
          parts.push(name);
          return { value: 1 };
        },
      });
      await queues.addPass(order("p1"));
      const error = await said.promise;
      expect(error).toMatchObject({ name: "JobLostError" });
      expect(steersJobs(error)).toBe(true);
      if (when > 0) return;
      expect(parts).toEqual([]);
      // Nobody was ever told of a part.
      expect(await server.client.exists(`${PREFIX}:apply:events`)).toBe(0);
    },
  );

  test("give a job back to others, and take none meanwhile", async () => {
    const done = finished();
    const seen: string[] = [];
    const pass: Handlers["pass"] = async (hand) => {
      await hand.results([{ name: "a", lane: "apply", body: 1 }]);
      done.resolve(undefined);
      return "done";
    };
    const first: Queues = open({
      pass,
      work: async () => {
        seen.push("first");
        first.take(false);
        return "again";
      },
    });
    await first.addPass(order("p1"));
    await expect.poll(() => seen).toEqual(["first"]);
    // Given back, it waits for whoever takes jobs.
    await expect.poll(() => server.client.llen(`${PREFIX}:apply:wait`)).toBe(1);
    open({
      pass,
      work: async () => {
        seen.push("second");
        return { value: 1 };
      },
    });
    await done.promise;
    expect(seen).toEqual(["first", "second"]);
  });

  test("leave a tick alone that is there already, or one that is just due would be put off", async () => {
    const queues = open({});
    const tick = async (): Promise<string | null> => {
      const [key = ""] = await server.client.keys(`${PREFIX}:passes:repeat:schedule:*`);
      return server.client.hget(key, "timestamp");
    };
    const assert = (timezone: string) => queues.assertSchedule({ cron: "0 0 1 1 *", timezone, policy: "p" });
    await assert("UTC");
    const before = await tick();
    expect(before).not.toBeNull();
    await expect.poll(() => Date.now()).toBeGreaterThan(Number(before) + 5);
    await assert("UTC");
    expect(await tick()).toBe(before);
    await assert("Asia/Tokyo");
    expect(await tick()).not.toBe(before);
  });

  test("bring a tick forward that one with another schedule has set", async () => {
    const schedule = { cron: "*/5 * * * *", timezone: "UTC", policy: "p" };
    // It says so, and reckons by its own: each 1 January.
    await open({}, "0 0 1 1 *").assertSchedule(schedule);
    const next = async (): Promise<number> =>
      Number((await server.client.zrange(`${PREFIX}:passes:repeat`, "0", "0", "WITHSCORES"))[1]);
    const wrong = await next();
    const right = open({}, "*/5 * * * *");
    await right.assertSchedule(schedule);
    const corrected = await next();
    expect(corrected).toBeLessThan(wrong);
    expect(corrected % 300_000).toBe(0);
  });

  test("have one tick a tick, however many assert the schedule, and get it again when Redis has lost it", async () => {
    const due: number[] = [];
    const handlers: Partial<Handlers> = {
      tick: async (at) => {
        due.push(at.getTime());
        return "";
      },
    };
    const all = [1, 2, 3].map(() => open(handlers, "* * * * * *"));
    const assert = (policy = "p") =>
      Promise.all(all.map((one) => one.assertSchedule({ cron: "* * * * * *", timezone: "UTC", policy })));
    const timer = setInterval(() => void assert(), 100);
    await expect.poll(() => due.length).toBeGreaterThan(2);
    await server.client.flushall();
    const before = due.length;
    await expect.poll(() => due.length).toBeGreaterThan(before + 2);
    clearInterval(timer);
    expect(new Set(due).size).toBe(due.length);
    // Another policy's schedule takes the place of the one before.
    await assert("q");
    expect(await server.client.zcard(`${PREFIX}:passes:repeat`)).toBe(1);
  });
});
