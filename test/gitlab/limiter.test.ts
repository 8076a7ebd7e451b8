import { describe, expect, test } from "vitest";
import { createLimiter, type Limiter, type LimiterOptions } from "../../src/gitlab/limiter.ts";
import { milliseconds } from "../../src/model/duration.ts";
import { type VirtualClock, virtualClock } from "./gitlab-clock.ts";

interface Started {
  readonly name: string;
  readonly at: number;
  readonly end: () => void;
}

interface Bench {
  readonly clock: VirtualClock;
  readonly limiter: Limiter;
  readonly started: Started[];
  /** Asks for so many starts. */
  ask(name: string, count?: number, isAgain?: boolean): void;
}

const bench = (options: Partial<LimiterOptions> = {}): Bench => {
  const clock = virtualClock();
  const limiter = createLimiter({ clock, requestsPerSecond: 10, concurrency: 100, ...options });
  const started: Started[] = [];
  return {
    clock,
    limiter,
    started,
    ask: (name, count = 1, isAgain = false) => {
      for (let index = 0; index < count; index += 1)
        void limiter.run(
          (at) => new Promise<void>((end) => started.push({ name, at, end: () => end() })),
          isAgain,
        );
    },
  };
};

const times = (started: readonly Started[]): number[] => started.map(({ at }) => Math.round(at));
const names = (started: readonly Started[]): string[] => started.map(({ name }) => name);

describe("the limiter", () => {
  test("spaces starts evenly, a little below its rate", async () => {
    const { clock, started, ask } = bench();
    ask("a", 5);
    await clock.advance(450);
    expect(times(started)).toEqual([0, 104, 207, 310, 413]);
  });

  test("starts one in several seconds where its rate is below one", async () => {
    const { clock, started, ask } = bench({ requestsPerSecond: 0.5 });
    ask("a", 3);
    await clock.advance(5_000);
    expect(times(started)).toEqual([0, 2_062, 4_124]);
  });

  test("starts several at a time where its rate is above what timers can tell apart", async () => {
    const { clock, started, ask } = bench({ requestsPerSecond: 5_000, concurrency: 10_000 });
    ask("a", 10_000);
    await clock.advance(1_000);
    expect(started.length).toBeGreaterThan(4_750);
    expect(started.length).toBeLessThanOrEqual(5_000);
  });

  test("runs no more than its width at once", async () => {
    const { clock, started, ask } = bench({ requestsPerSecond: 1_000, concurrency: 2 });
    ask("a", 5);
    await clock.advance(1_000);
    expect(started).toHaveLength(2);
    started[0]?.end();
    await clock.advance(1_000);
    expect(started).toHaveLength(3);
  });

  test("goes on after a task that fails", async () => {
    const { clock, limiter, started, ask } = bench({ concurrency: 1 });
    const failing = limiter.run(() => Promise.reject(new Error("failed")));
    ask("a");
    await expect(failing).rejects.toThrow("failed");
    await clock.advance(200);
    expect(names(started)).toEqual(["a"]);
  });

  test("starts nothing while it is paused, and pauses do not add up", async () => {
    const { clock, limiter, started, ask } = bench();
    limiter.pause(milliseconds(1_000));
    limiter.pause(milliseconds(500));
    ask("a", 3);
    limiter.pause(milliseconds(2_000));
    await clock.advance(1_999);
    expect(started).toEqual([]);
    await clock.advance(1_000);
    // One after the other, as if nothing had piled up.
    expect(times(started)).toEqual([2_000, 2_104, 2_207]);
  });

  test("is paused from outside for five minutes at most", async () => {
    const { clock, limiter, started, ask } = bench();
    limiter.pause(milliseconds(86_400_000));
    ask("a");
    await clock.advance(300_000);
    expect(times(started)).toEqual([300_000]);
  });

  test("does not leave anybody waiting after the end", async () => {
    const { clock, limiter, started, ask } = bench({ concurrency: 2 });
    limiter.pause(milliseconds(60_000));
    ask("a");
    await clock.advance(10);
    expect(started).toEqual([]);
    limiter.close();
    await clock.advance(0);
    expect(names(started)).toEqual(["a"]);
  });
});

describe("a refusal", () => {
  test("holds everyone up, tells so, and what was refused goes first, more slowly than before", async () => {
    const told: number[] = [];
    const { clock, limiter, started, ask } = bench({ onPause: (until) => told.push(until) });
    ask("first");
    await clock.advance(50);
    limiter.refuse(milliseconds(5_000), 0);
    ask("later", 2);
    ask("again", 1, true);
    await clock.advance(4_999);
    expect(names(started)).toEqual(["first"]);
    await clock.advance(500);
    expect(names(started)).toEqual(["first", "again", "later", "later"]);
    expect(times(started)[1]).toBe(5_050);
    expect(told).toEqual([Date.UTC(2026, 10, 23, 3) + 5_050]);
  });

  test("of another process is obeyed, and not told again", async () => {
    const told: number[] = [];
    const { limiter } = bench({ onPause: (until) => told.push(until) });
    limiter.pause(milliseconds(1_000));
    expect(told).toEqual([]);
  });

  test("is counted as a wait once, however many there are", () => {
    const waits: number[] = [];
    const telemetry = { request: () => {}, rateLimitWait: (seconds: number) => waits.push(seconds) };
    const { limiter } = bench({ telemetry, requestsPerSecond: 1_000 });
    for (let count = 0; count < 4; count += 1) limiter.refuse(milliseconds(30_000), 0);
    expect(waits).toEqual([30]);
  });
});

describe("what answers say of the quota", () => {
  test("is waited for when nothing remains", async () => {
    const { clock, limiter, started, ask } = bench();
    ask("a");
    await clock.advance(10);
    limiter.heed({ remaining: 0, limit: 600, resetIn: milliseconds(40_000) }, 0);
    ask("b");
    await clock.advance(39_999);
    expect(names(started)).toEqual(["a"]);
    await clock.advance(1);
    expect(names(started)).toEqual(["a", "b"]);
  });

  test("says nothing where it does not say what remains", async () => {
    const { clock, limiter, started, ask } = bench();
    limiter.heed({ remaining: undefined, limit: undefined, resetIn: milliseconds(40_000) }, 0);
    ask("a");
    await clock.advance(0);
    expect(names(started)).toEqual(["a"]);
  });
});

describe("turns that several processes share", () => {
  test("take the place of the rate", async () => {
    const grants: (() => void)[] = [];
    const turn = (): Promise<void> => new Promise((resolve) => grants.push(resolve));
    const { clock, started, ask } = bench({ turn, requestsPerSecond: 0.001, concurrency: 3 });
    ask("a", 4);
    await clock.advance(10);
    expect(started).toEqual([]);
    expect(grants).toHaveLength(3);
    grants[0]?.();
    grants[1]?.();
    await clock.advance(10);
    expect(started).toHaveLength(2);
  });

  test("are asked for anew where a pause began meanwhile", async () => {
    const grants: (() => void)[] = [];
    const turn = (): Promise<void> => new Promise((resolve) => grants.push(resolve));
    const { clock, limiter, started, ask } = bench({ turn });
    ask("a");
    await clock.advance(10);
    limiter.pause(milliseconds(1_000));
    grants[0]?.();
    await clock.advance(999);
    expect(started).toEqual([]);
    expect(grants).toHaveLength(1);
    await clock.advance(1);
    grants[1]?.();
    await clock.advance(1);
    expect(names(started)).toEqual(["a"]);
  });

  test("that fail make the request fail, and hold up nobody else", async () => {
    let count = 0;
    const turn = async (): Promise<void> => {
      count += 1;
      if (count === 1) throw new Error("no turn");
    };
    const { limiter, started, ask } = bench({ turn, concurrency: 1 });
    await expect(limiter.run(async () => undefined)).rejects.toThrow("no turn");
    ask("a");
    await new Promise((resolve) => setImmediate(resolve));
    expect(names(started)).toEqual(["a"]);
  });
});
