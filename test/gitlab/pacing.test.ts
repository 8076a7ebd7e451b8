import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  held,
  mayStartAt,
  type Pacing,
  refused,
  started,
  startPacing,
  told,
} from "../../src/gitlab/pacing.ts";
import { bucket, fixedWindow, play, seeded } from "./quota-world.ts";

const LATENESS = 100;
const FIVE_MINUTES = 300_000;

/** Starts as soon as it may, but for timers that are late by so many milliseconds. */
const startTimes = (pacing: Pacing, delays: readonly number[], from = 0): number[] => {
  let [state, now] = [pacing, from];
  return delays.map((delay) => {
    const at = mayStartAt(state);
    // Only who waits for a timer can be late.
    if (at > now) now = at + delay;
    state = started(state, now);
    return now;
  });
};

const rates = fc.double({ min: 0.01, max: 5_000, noNaN: true });

/** Anything that may happen, in any order: pauses, refusals, news of the quota, right or absurd. */
const events = fc.array(
  fc.record({
    after: fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.integer({ min: 0, max: 400_000 })),
    kind: fc.constantFrom("start", "start", "start", "refused", "told", "held"),
    wait: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -1_000_000_000, max: 2 ** 40 })),
    remaining: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10_000 })),
    underWay: fc.integer({ min: 0, max: 32 }),
    limit: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
  }),
  { maxLength: 60 },
);

describe("pacing", () => {
  test("lets no window see more than the rate, whatever the timers do", () => {
    fc.assert(
      fc.property(
        rates,
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2, maxLength: 60 }),
        (rate, delays) => {
          const times = startTimes(startPacing(rate, 0), delays);
          for (const [first, from] of times.entries())
            for (const [last, to] of times.entries())
              if (last > first)
                expect(last - first).toBeLessThanOrEqual(((to - from + LATENESS) * rate) / 1_000 + 1e-6);
        },
      ),
    );
  });

  test.each([25, 500, 1_000, 3_000])("keeps the average of %i a second with timers that are late", (rate) => {
    const random = seeded(rate);
    const times = startTimes(
      startPacing(rate, 0),
      Array.from({ length: 5_000 }, () => (random() < 0.01 ? 10 : 2 * random())),
    );
    expect((times.length - 1) / ((times.at(-1) ?? 0) / 1_000)).toBeGreaterThanOrEqual(0.95 * rate);
  });

  test("bursts neither after standing idle nor at the end of a hold", () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 200_000 }), fc.boolean(), (rate, idle, isHeld) => {
        const pacing = isHeld ? held(startPacing(rate, 0), idle) : startPacing(rate, 0);
        const times = startTimes(
          pacing,
          Array.from({ length: 30 }, () => 0),
          idle,
        );
        const inFirstSecond = times.filter((at) => at < idle + 1_000).length;
        expect(inFirstSecond).toBeLessThanOrEqual(((1_000 + LATENESS) * rate) / 1_000 + 1);
        if (isHeld && times.length > 1) expect(times[1]! - idle).toBeGreaterThanOrEqual(1_000 / rate - 1e-6);
      }),
    );
  });

  test("never starves: after anything at all the next may start in bounded time, and the rate is never passed", () => {
    fc.assert(
      fc.property(rates, events, (rate, happenings) => {
        let pacing = startPacing(rate, 0);
        let [now, last] = [0, Number.NEGATIVE_INFINITY];
        for (const { after, kind, wait, ...quota } of happenings) {
          now += after;
          const sentAt = now - Math.min(after, 500);
          if (kind === "start") {
            now = Math.max(now, mayStartAt(pacing));
            expect(now - last).toBeGreaterThanOrEqual(1_000 / rate - LATENESS - 1e-6);
            last = now;
            pacing = started(pacing, now);
          } else if (kind === "refused") pacing = refused(pacing, wait, { now, sentAt });
          else if (kind === "told")
            pacing = told(
              pacing,
              { ...quota, resetAt: now + wait },
              { now, sentAt, underWay: quota.underWay },
            );
          else pacing = held(pacing, now + Math.min(wait, FIVE_MINUTES));
          const longest = FIVE_MINUTES + Math.max(10_000, 1_000 / (rate * 0.02)) + LATENESS;
          expect(mayStartAt(pacing) - now).toBeLessThanOrEqual(longest);
          expect(mayStartAt(pacing)).not.toBeNaN();
        }
      }),
    );
  });

  test("never makes holds add up, nor the same news count twice", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1 }), (waits) => {
        const all = waits.reduce((pacing, wait) => held(pacing, wait), startPacing(25, 0));
        expect(mayStartAt(all)).toBe(Math.max(0, ...waits));
        expect(all.heldUntil).toBe(Math.max(...waits));
        const heard = { now: 100, sentAt: 50 };
        const refusals = waits.reduce((pacing, wait) => refused(pacing, wait, heard), startPacing(25, 0));
        expect(mayStartAt(refusals) - 100).toBeLessThanOrEqual(
          Math.min(FIVE_MINUTES, Math.max(3_000, ...waits)),
        );
        expect(refusals.share).toBe(refused(startPacing(25, 0), 0, heard).share);
      }),
    );
  });

  test("slows down after a refusal, and is back at its rate some seconds later", () => {
    const pacing = refused(startPacing(100, 0), 0, { now: 0, sentAt: 0 });
    const gapAt = (now: number): number => mayStartAt(started(pacing, now)) + LATENESS - now;
    expect(gapAt(1_000)).toBeGreaterThan(14);
    expect(gapAt(6_000)).toBeCloseTo(1_000 / 97);
  });

  test("is left to others' turns where the rate is without bound", () => {
    let pacing = startPacing(Number.POSITIVE_INFINITY, 0);
    for (let count = 0; count < 1_000; count += 1) pacing = started(pacing, 0);
    expect(mayStartAt(pacing)).toBe(0);
    pacing = refused(pacing, 1_000, { now: 0, sentAt: 0 });
    expect(mayStartAt(pacing)).toBe(1_000);
    expect(mayStartAt(started(pacing, 1_000))).toBe(1_000);
  });
});

describe("what GitLab says of its quota", () => {
  const heard = { now: 0, sentAt: 0, underWay: 0 };
  const fresh = startPacing(25, 0);
  const next = (pacing: Pacing, now = 0): number => mayStartAt(started(pacing, now)) - now;
  const usual = next(fresh);

  test("spreads what remains over the rest of the window", () => {
    expect(next(told(fresh, { remaining: 30, limit: 600, resetAt: 60_000 }, heard))).toBe(2_000);
    expect(next(told(fresh, { remaining: 30, limit: undefined, resetAt: 60_000 }, heard))).toBe(2_000);
  });

  test("counts what is under way as used", () => {
    const pacing = told(fresh, { remaining: 40, limit: 600, resetAt: 60_000 }, { ...heard, underWay: 10 });
    expect(next(pacing)).toBe(2_000);
  });

  test("lets nobody go where all that remains is under way, but for ten seconds at most", () => {
    const quota = { remaining: 3, limit: 600, resetAt: 1_500 };
    expect(mayStartAt(told(fresh, quota, { ...heard, underWay: 3 }))).toBe(1_500);
    expect(mayStartAt(told(fresh, { ...quota, resetAt: 60_000 }, { ...heard, underWay: 3 }))).toBe(10_000);
  });

  test.each([
    ["there is plenty", { remaining: 5_000, limit: 7_200, resetAt: 3_600_000 }],
    ["the rest would last", { remaining: 1_600, limit: 10_000, resetAt: 60_000 }],
    ["the window is about to end", { remaining: 10, limit: 600, resetAt: 1_900 }],
    ["the window has ended", { remaining: 0, limit: 600, resetAt: -1 }],
    ["the window ends next year", { remaining: 0, limit: 600, resetAt: 31_536_000_000 }],
  ])("changes nothing where %s", (_, quota) => {
    expect(next(told(fresh, quota, heard))).toBe(usual);
  });

  test("is forgotten once the window has ended", () => {
    const pacing = told(fresh, { remaining: 3, limit: 600, resetAt: 60_000 }, heard);
    expect(next(pacing, 60_000)).toBe(next(fresh, 60_000));
  });

  test("keeps the last request of a window from being followed", () => {
    expect(next(told(fresh, { remaining: 1, limit: 600, resetAt: 1_500 }, heard))).toBe(1_500);
  });

  test("never spreads a little wider than ten seconds apart", () => {
    expect(next(told(fresh, { remaining: 2, limit: 600, resetAt: 3_600_000 }, heard))).toBe(10_000);
  });

  test("stops everything until the window ends when nothing remains, for five minutes at most", () => {
    expect(mayStartAt(told(fresh, { remaining: 0, limit: 600, resetAt: 45_000 }, heard))).toBe(45_000);
    expect(mayStartAt(told(fresh, { remaining: 0, limit: 600, resetAt: 900_000 }, heard))).toBe(FIVE_MINUTES);
  });

  test("is not believed when it says after such a wait, to one that was served, that still nothing remains", () => {
    const empty = { remaining: 0, limit: 600, resetAt: 45_000 };
    let pacing = told(fresh, empty, heard);
    pacing = told(pacing, { ...empty, resetAt: 90_000 }, { now: 45_020, sentAt: 45_000, underWay: 0 });
    expect(mayStartAt(pacing)).toBe(45_000);
    pacing = told(
      pacing,
      { ...empty, remaining: 5, resetAt: 90_000 },
      { now: 45_040, sentAt: 45_010, underWay: 0 },
    );
    pacing = told(pacing, { ...empty, resetAt: 90_000 }, { now: 45_060, sentAt: 45_020, underWay: 0 });
    expect(mayStartAt(pacing)).toBe(90_000);
  });
});

describe("several processes with one quota", () => {
  const twice = (random: () => number) => [
    { limit: 25, beginsAt: 0 },
    { limit: 25, beginsAt: 40 * random() },
  ];

  test.each([2, 5, 25, 50])("one that is set to the quota is never refused, with a burst of %i", (burst) => {
    const processes = [{ limit: 25, beginsAt: 0 }];
    const result = play({
      server: bucket(25, burst),
      processes,
      requestsEach: 1_000,
      roundTrip: 20,
      random: seeded(burst),
    });
    expect(result.refusals).toBe(0);
    expect(1_000 / result.seconds).toBeGreaterThanOrEqual(0.95 * 25);
  });

  test.each([25, 50])(
    "two that are set to all of it use it up, and no request is refused twice, with a burst of %i",
    (burst) => {
      for (let seed = 1; seed <= 40; seed += 1) {
        const random = seeded(seed);
        const result = play({
          server: bucket(25, burst),
          processes: twice(random),
          requestsEach: 600,
          roundTrip: 20 + 40 * (seed % 2),
          random,
        });
        expect(result.mostOften).toBeLessThanOrEqual(1);
        expect(result.refusals).toBeLessThan(0.03 * 1_200);
      }
    },
  );

  test.each([25, 50])("two take 95 %% of the quota while both ask, with a burst of %i", (burst) => {
    const shares = Array.from({ length: 40 }, (_, seed) => {
      const random = seeded(seed);
      const { together } = play({
        server: bucket(25, burst),
        processes: twice(random),
        requestsEach: 600,
        roundTrip: 20,
        random,
      });
      return together.served / together.seconds / 25;
    });
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.95);
  });

  test("GitLab's own windows are used up to the last request, and refuse next to nothing", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seeded(seed);
      const server = fixedWindow(600, 60_000);
      const result = play({ server, processes: twice(random), requestsEach: 600, roundTrip: 20, random });
      expect(result.refusals).toBeLessThanOrEqual(2);
      expect(result.mostOften).toBeLessThanOrEqual(1);
      expect(result.seconds).toBeLessThanOrEqual(120);
    }
  });

  test("a single process is never refused by GitLab's own windows", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seeded(seed);
      const processes = [{ limit: 100, beginsAt: 60_000 * random() }];
      const server = fixedWindow(300, 30_000);
      const result = play({ server, processes, requestsEach: 900, roundTrip: 200, random });
      expect(result.refusals).toBe(0);
    }
  });
});
