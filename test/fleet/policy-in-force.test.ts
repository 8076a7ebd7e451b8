import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyInForce } from "../../src/fleet/policy-in-force.ts";

const voter = (policy: string, since: number) => ({ policy, since: new Date(since) });

describe("the policy in force", () => {
  test("is the one that most replicas have", () => {
    expect(policyInForce([voter("a", 9), voter("b", 1), voter("b", 2)])).toBe("b");
  });

  test("is, half against half, the one whose newest replica came last", () => {
    expect(policyInForce([voter("a", 1), voter("a", 9), voter("b", 3), voter("b", 8)])).toBe("a");
    expect(policyInForce([voter("a", 1), voter("b", 2)])).toBe("b");
    expect(policyInForce([voter("b", 1), voter("a", 2)])).toBe("a");
  });

  test("is nobody's where nobody lives", () => {
    expect(policyInForce([])).toBeUndefined();
  });

  const voters = fc.array(
    fc.record({ policy: fc.constantFrom("a", "b", "c"), since: fc.date({ noInvalidDate: true }) }),
  );
  const votes = (all: readonly { policy: string }[], policy: string | undefined): number =>
    all.filter((one) => one.policy === policy).length;

  test("has as many votes as any, in whatever order they are counted", () => {
    fc.assert(
      fc.property(voters, (all) => {
        const winner = policyInForce(all);
        for (const { policy } of all) expect(votes(all, winner)).toBeGreaterThanOrEqual(votes(all, policy));
        expect(policyInForce([...all].reverse())).toBe(winner);
        expect(all.length === 0 ? winner : votes(all, winner) > 0).toBe(all.length === 0 ? undefined : true);
      }),
    );
  });

  test("switches once in an update that goes through the replicas one by one, and half-way", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (size) => {
        const replicas = Array.from({ length: size }, (_, index) => voter("old", index));
        const seen = replicas.map((_, index) => {
          replicas[index] = voter("new", size + index);
          return policyInForce(replicas);
        });
        const first = seen.indexOf("new");
        expect(first + 1).toBe(Math.ceil(size / 2));
        expect(seen.slice(first)).toEqual(seen.slice(first).fill("new"));
      }),
    );
  });

  test("is never that of one among others who agree", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(), (others, since) => {
        const agree = Array.from({ length: others }, (_, index) => voter("right", index));
        expect(policyInForce([...agree, voter("wrong", since)])).toBe("right");
      }),
    );
  });
});
