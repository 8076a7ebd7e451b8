import { describe, expect, test } from "vitest";
import { takesPart } from "../../src/model/fleet.ts";
import type { Overview } from "../../src/model/overview.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { fleetList } from "../../src/server/page/fleet-list.ts";
import { notReadyBecause, readinessNotes } from "../../src/server/readiness.ts";
import { aFleet, aSampleOverview, later, NOW } from "../support/overview/sample.ts";

const overview = (fleet: Overview["fleet"]): Overview => ({ ...aSampleOverview({ lineages: 3 }), fleet });
const page = (fleet: Overview["fleet"]): string => String(fleetList(overview(fleet), NOW));
const metric = async (name: string, fleet: Overview["fleet"]): Promise<string | undefined> => {
  const text = await createMetrics().render(overview(fleet));
  return new RegExp(`^deploy_token_rotator_${name} (.+)$`, "m").exec(text)?.[1];
};
const odd = aFleet({ self: "c" });
const lost = (seconds: number) => aFleet({ lostSince: later(-seconds * 1_000) });

describe("a fleet on the page", () => {
  test("is a list of its replicas, which one this is, and what each is at", () => {
    const text = page(aFleet());
    expect(text).toContain("3 replicas");
    expect(text).toContain("coordinating the pass; reading 50 targets");
    expect(text.match(/this one/g)).toHaveLength(1);
    expect(text.match(/waits for work/g)).toHaveLength(1);
    expect(text.match(/takes no part/g)).toHaveLength(1);
  });

  test("is not there where there is none", () => {
    expect(page(undefined)).toBe("");
  });

  test("says since when Redis gives no answer", () => {
    expect(page(lost(120))).toContain("Redis gives no answer");
    expect(page(aFleet())).not.toContain("Redis gives no answer");
  });
});

describe("a fleet's readiness", () => {
  const codes = (fleet: Overview["fleet"]) => notReadyBecause(overview(fleet), NOW).map(({ code }) => code);

  test("ends when Redis is away for longer than a restart takes", () => {
    expect(codes(lost(29))).toEqual([]);
    expect(codes(lost(31))).toEqual(["RedisUnavailable"]);
  });

  test("does not depend on whose policy is in force, or no roll-out would get past its first replica", () => {
    expect(codes(odd)).toEqual([]);
    expect(readinessNotes(overview(odd)).map(({ code }) => code)).toEqual(["PolicyNotInForce"]);
    for (const fleet of [aFleet(), undefined, aFleet({ self: "unknown" })])
      expect(readinessNotes(overview(fleet))).toEqual([]);
  });
});

describe("a fleet's metrics", () => {
  test.each([
    ["fleet_replicas", aFleet(), "3"],
    ["fleet_policy_in_force", aFleet(), "1"],
    ["fleet_policy_in_force", odd, "0"],
    ["fleet_redis_up", aFleet(), "1"],
    ["fleet_redis_up", lost(1), "0"],
    ["fleet_redis_up", undefined, undefined],
    ["fleet_replicas", undefined, undefined],
  ])("%s (%#)", async (name, fleet, value) => {
    expect(await metric(name, fleet)).toBe(value);
  });
});

test("a replica that the others do not know yet neither takes part nor does not", () => {
  expect([aFleet(), odd, aFleet({ self: undefined })].map(takesPart)).toEqual([true, false, undefined]);
});
