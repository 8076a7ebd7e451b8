import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTicks } from "../../src/fleet/ticks.ts";
import { MINUTE, milliseconds } from "../../src/model/duration.ts";

const at = (text: string): number => Date.parse(text);
const DAILY = { cron: "17 3 * * *", timezone: "Europe/Berlin", jitter: milliseconds(0) };

describe("the fleet's ticks", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: at("2026-11-22T16:00:00Z") }));
  afterEach(() => void vi.useRealTimers());

  test("come when node-cron would, in the policy's zone", () => {
    expect(createTicks(DAILY, "x").next(Date.now())).toBe(at("2026-11-23T02:17:00Z"));
  });

  test("come once, for a clock that is behind too", () => {
    const ticks = createTicks(DAILY, "x");
    // The job has fired by another replica's clock.
    expect(ticks.next(at("2026-11-23T02:17:00Z"))).toBe(at("2026-11-24T02:17:00Z"));
  });

  test("come later by a part of the jitter that is the same for all replicas, and another for each tick", () => {
    const jittered = { ...DAILY, jitter: milliseconds(30 * MINUTE) };
    const times = (fleet: string): number[] => {
      const ticks = createTicks(jittered, fleet);
      let after = Date.now();
      return [1, 2, 3].map(() => {
        after = ticks.next(after) ?? 0;
        return after;
      });
    };
    const parts = times("x").map((time, day) => time - at(`2026-11-${23 + day}T02:17:00Z`));
    for (const part of parts) {
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThan(30 * MINUTE);
    }
    expect(new Set(parts).size).toBe(3);
    expect(times("x")).toEqual(times("x"));
    expect(times("y")).not.toEqual(times("x"));
  });
});
