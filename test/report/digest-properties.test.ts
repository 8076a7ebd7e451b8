import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Digest } from "../../src/model/digest.ts";
import { LINEAGE_STATES, type LineageStatus } from "../../src/model/status.ts";
import { REPEAT_AFTER } from "../../src/report/digest.ts";
import { readMemory, writeMemory } from "../../src/report/notification-memory.ts";
import { aLineage, aListener, aStatus, T0 } from "./digest-world.ts";

const FAR = new Date("2036-01-01T00:00:00Z");
const TOKENS = ["a", "b", "c"] as const;

const lineage = (token: string) =>
  fc.constantFrom(...LINEAGE_STATES).map(
    (state): LineageStatus =>
      aLineage({
        token,
        state,
        reason: "Renewing",
        expiresAt: FAR,
        error: state === "failing" ? { code: "ERR_SECRET_UNAVAILABLE", message: "x" } : undefined,
      }),
  );

/** Passes, each some minutes after the last, of which some fail as a whole. */
const passes = fc.array(
  fc.record({
    minutes: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 3_000 })),
    lineages: fc.option(fc.tuple(...TOKENS.map(lineage)), { nil: undefined, freq: 6 }),
  }),
  { maxLength: 30 },
);

const isBad = ({ state }: LineageStatus): boolean => state === "failing" || state === "conflict";
const isFine = ({ state }: LineageStatus): boolean => state === "healthy" || state === "overlapping";

interface Pass {
  readonly minutes: number;
  readonly lineages: readonly LineageStatus[] | undefined;
}

interface Heard {
  readonly now: number;
  readonly lineages: readonly LineageStatus[] | undefined;
  readonly digest: Digest | undefined;
}

const play = (plan: readonly Pass[]): readonly Heard[] => {
  const listener = aListener();
  let now = T0.getTime();
  return plan.map(({ minutes, lineages }) => {
    now += minutes * 60_000;
    const status = lineages && aStatus(lineages);
    return { now, lineages, digest: listener.hear({ status, error: new Error("x") }, new Date(now)) };
  });
};

const changes = ({ digest }: Heard, token: string) =>
  (digest?.items ?? []).filter((item) => item.token === token).map(({ change }) => change);

describe("whatever passes find", () => {
  test("a digest without news comes a day after the last one, and not sooner", () => {
    fc.assert(
      fc.property(passes, (plan) => {
        let last = Number.NEGATIVE_INFINITY;
        for (const { now, digest } of play(plan)) {
          if (digest === undefined) continue;
          const isNews = digest.items.some(({ change }) => change !== "open");
          if (!isNews) expect(now - last).toBeGreaterThanOrEqual(REPEAT_AFTER);
          last = now;
        }
      }),
    );
  });

  test("what becomes bad is told in that pass, once, and that it is fine again as well", () => {
    fc.assert(
      fc.property(passes, (plan) => {
        const heard = play(plan);
        for (const token of TOKENS) {
          let open = false;
          for (const each of heard) {
            const said = changes(each, token);
            const found = each.lineages?.find((one) => one.token === token);
            const becomes: boolean = found !== undefined && isBad(found) && !open;
            const clears: boolean = found !== undefined && isFine(found) && open;
            expect(said.filter((change) => change === "new")).toHaveLength(becomes ? 1 : 0);
            expect(said.filter((change) => change === "cleared")).toHaveLength(clears ? 1 : 0);
            open = (open || becomes) && !clears;
          }
        }
      }),
    );
  });

  test("what stays bad is heard of every day where passes come hourly", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 100, maxLength: 200 }),
        (minutes) => {
          const heard = play(
            minutes.map((each) => ({ minutes: each, lineages: [aLineage({ expiresAt: FAR })] })),
          );
          const times = heard.filter(({ digest }) => digest !== undefined).map(({ now }) => now);
          const end = heard.at(-1)?.now ?? 0;
          [...times, end].reduce((before, now) => {
            expect(now - before).toBeLessThan(24 * 3_600_000);
            return now;
          });
        },
      ),
    );
  });

  test("the memory survives as JSON", () => {
    fc.assert(
      fc.property(passes, (plan) => {
        const listener = aListener();
        let now = T0.getTime();
        for (const { minutes, lineages } of plan) {
          now += minutes * 60_000;
          listener.hear({ status: lineages && aStatus(lineages), error: new Error("x") }, new Date(now));
        }
        const receivers = new Map([["on-call", listener.memory()]]);
        expect(readMemory(writeMemory({ accessToken: undefined, receivers }))?.receivers).toEqual(receivers);
      }),
    );
  });

  test("what is no memory is none", () => {
    for (const text of [
      "",
      "[]",
      "{",
      '{"version":2,"receivers":{}}',
      '{"version":1,"receivers":{"a":{"open":[{}]}}}',
    ])
      expect(readMemory(text)).toBeUndefined();
  });
});
