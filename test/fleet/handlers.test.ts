import { describe, expect, test } from "vitest";
import type { Member } from "../../src/fleet/member.ts";
import type { PassBoard } from "../../src/fleet/pass-board.ts";
import type { Queues } from "../../src/fleet/queues.ts";
import { createFleetHandlers, type HandlerTools } from "../../src/fleet-handlers.ts";
import { createTracker } from "../../src/fleet-tracker.ts";
import type { Policy } from "../../src/model/policy.ts";
import { load, policyText } from "../policy/policy-text.ts";

const OURS = load(policyText());
const OTHER = load(policyText({ limits: "{ max_rotations: 1 }" }));
const part = { name: "plan-0", lane: "plan", body: { kind: "plan", targets: [] } } as const;

/** A replica that has the policy `ours`, as it is seen from its jobs. */
const replica = (over: { inForce?: boolean; afterBeat?: boolean; isStopping?: boolean } = {}) => {
  const { inForce = true, afterBeat = inForce, isStopping = false } = over;
  const taken: boolean[] = [];
  const entered: Policy[] = [];
  let given = { policy: OURS, hash: "ours", isStopping };
  const tools = {
    board: {
      current: async () => ({ id: "p1", policy: "ours", startedAt: new Date(0) }),
      done: async () => undefined,
    } as unknown as PassBoard,
    rooms: {
      enter: async (_: string, policy: Policy) => {
        // A SIGHUP, just now.
        given = { policy: OTHER, hash: "other", isStopping };
        entered.push(policy);
        return { value: "done" };
      },
    },
    tracker: createTracker(),
    logger: { debug: () => undefined },
    onError: () => undefined,
    given: () => given,
    later: () => ({
      member: { isInForce: () => inForce, beat: async () => afterBeat } as unknown as Member,
      queues: { take: (isWanted: boolean) => void taken.push(isWanted) } as unknown as Queues,
    }),
  } as unknown as HandlerTools;
  return { handlers: createFleetHandlers(tools), taken, entered };
};

describe("a part of a pass", () => {
  test("is done by the policy that it was made by, though another one is given meanwhile", async () => {
    const { handlers, entered } = replica();
    expect(await handlers.work({ ...part, pass: "p1", policy: "ours" })).toEqual({ value: "done" });
    expect(entered).toEqual([OURS]);
    expect(await handlers.work({ ...part, pass: "p1", policy: "ours" })).toBe("again");
  });

  test.each([
    ["by another policy", "other", {}],
    ["by a policy that is not in force", "ours", { inForce: false }],
    ["to a process that stops", "ours", { isStopping: true }],
  ])("%s is given back", async (_, policy, over) => {
    const { handlers, entered } = replica(over);
    expect(await handlers.work({ ...part, pass: "p1", policy })).toBe("again");
    expect(entered).toEqual([]);
  });

  test("that was given back is not taken again at once", async () => {
    const { handlers, taken } = replica();
    await handlers.work({ ...part, pass: "p1", policy: "other" });
    expect(taken).toEqual([false]);
  });

  test("is done where our policy has just come into force", async () => {
    const { handlers } = replica({ inForce: false, afterBeat: true });
    expect(await handlers.work({ ...part, pass: "p1", policy: "ours" })).toEqual({ value: "done" });
  });

  test("of a pass that is over is done with, whatever its policy", async () => {
    const { handlers, entered } = replica();
    expect(await handlers.work({ ...part, pass: "p0", policy: "other" })).toEqual({
      failed: "its pass is over",
    });
    expect(entered).toEqual([]);
  });
});

describe("a pass whose room cannot be entered", () => {
  const gone = new Error("the access token's file is gone");
  const broken = () => {
    const said: string[] = [];
    const tools = {
      board: {
        current: async () => ({ id: "p1", policy: "ours", startedAt: new Date(0) }),
        end: async (id: string) => void said.push(`ended ${id}`),
        done: async (id: string, count: number) => void said.push(`counted ${count} of ${id}`),
      } as unknown as PassBoard,
      rooms: { enter: () => Promise.reject(gone) },
      results: {
        broke: async ({ id }: { id: string }, error: Error) => void said.push(`${id}: ${error.message}`),
      },
      tracker: createTracker(),
      logger: { error: (text: string) => void said.push(text) },
      onError: () => undefined,
      given: () => ({ policy: OURS, hash: "ours", isStopping: false }),
      later: () => ({ member: { isInForce: () => true } as unknown as Member }),
    } as unknown as HandlerTools;
    return { handlers: createFleetHandlers(tools), said };
  };

  test("is told as failed, and ends", async () => {
    const { handlers, said } = broken();
    const order = { id: "p1", policy: "ours", startedAt: new Date(0) };
    expect(await handlers.pass({ order, results: async () => new Map() })).toBe("done");
    expect(said).toEqual([`p1: ${gone.message}`, "ended p1"]);
  });

  test("has a part that says why nothing came of it", async () => {
    const { handlers, said } = broken();
    expect(await handlers.work({ ...part, pass: "p1", policy: "ours" })).toEqual({ failed: gone.message });
    expect(said).toEqual(["part of a pass failed", "counted 0 of p1"]);
  });
});
