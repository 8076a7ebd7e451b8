import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FULL, HALTED } from "../../src/apply/pass-budget.ts";
import { type Due, mostUrgentFirst, type PlanItem, withoutCollisions } from "../../src/apply/plan-item.ts";
import { coverages, targetOrders } from "../../src/fleet-orders.ts";
import { conclude, type FleetPlan, gather, nextWave, ordersOf } from "../../src/fleet-plan.ts";
import type { ActionReport, LineageReport } from "../../src/model/report.ts";
import { coverTargets } from "../../src/plan/coverage.ts";
import { load, policyText } from "../policy/policy-text.ts";

const report = (id: number, actions: readonly ActionReport[] = []): LineageReport => ({
  kind: "project",
  targetId: id,
  path: `a/p${id}`,
  token: "x",
  secret: `s${id}`,
  actions,
  waiting: [],
});
const due = (over: Partial<Due> = {}): Due => ({ urgency: [0, 0], rotates: true, tidies: false, ...over });
const item = (id: number, over: Partial<PlanItem> = {}): PlanItem => ({
  report: report(id, [{ action: "rotate", reason: "Renewing", message: "m" }]),
  isPlanned: true,
  ...over,
});
const planOf = (items: readonly PlanItem[]): FleetPlan => ({ items, due: mostUrgentFirst(items) });

describe("a wave", () => {
  const items = [
    item(0, { due: due({ urgency: [0, 30] }) }),
    item(1, { due: due({ urgency: [1, 10] }) }),
    item(2),
    item(3, { due: due({ urgency: [0, 20], tidies: true }) }),
    item(4, { due: due({ urgency: [0, 40], rotates: false, tidies: true }) }),
    item(5, { due: due({ urgency: [0, 10] }) }),
  ];
  const open = { left: 2, isHalted: false };

  test("holds the most urgent rotations within the limit, and all that no limit holds up", () => {
    expect(nextWave(planOf(items), new Set(), open)).toEqual([
      { index: 5, mayRotate: true },
      { index: 3, mayRotate: true },
      { index: 4, mayRotate: false },
    ]);
  });

  test("holds the next in line, where rotations came to nothing", () => {
    expect(nextWave(planOf(items), new Set([5, 3, 4]), { left: 1, isHalted: false })).toEqual([
      { index: 0, mayRotate: true },
    ]);
  });

  test("is empty when nothing is left to do, or to make", () => {
    expect(nextWave(planOf(items), new Set([0, 1, 3, 4, 5]), open)).toEqual([]);
    expect(nextWave(planOf(items), new Set([3, 4]), { left: 0, isHalted: false })).toEqual([]);
    expect(nextWave(planOf(items), new Set([3, 4]), { left: 9, isHalted: true })).toEqual([]);
  });

  test("brings every rotation its turn in the end, if those before it come to nothing, and none twice", () => {
    const lineages = fc.array(
      fc.record({
        urgency: fc.tuple(fc.constantFrom<0 | 1>(0, 1), fc.nat(99)),
        rotates: fc.boolean(),
        tidies: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(lineages, fc.integer({ min: 1, max: 5 }), (all, left) => {
        const plan = planOf(
          all.map((one, index) => item(index, one.rotates || one.tidies ? { due: one } : {})),
        );
        const sent = new Set<number>();
        for (;;) {
          const wave = nextWave(plan, sent, { left, isHalted: false });
          if (wave.length === 0) break;
          expect(wave.filter(({ mayRotate }) => mayRotate).length).toBeLessThanOrEqual(left);
          for (const { index } of wave) {
            expect(sent.has(index)).toBe(false);
            sent.add(index);
          }
        }
        expect([...sent].sort((one, other) => one - other)).toEqual(
          [...plan.due].sort((one, other) => one - other),
        );
      }),
    );
  });
});

describe("what is said in the end", () => {
  const rotating = item(1, { due: due() });

  test("is what the plan says of a lineage that nothing is due of", () => {
    expect(conclude(item(1), undefined, { isHalted: false })).toEqual(item(1).report);
  });

  test("is what came of it, where it was carried out", () => {
    const done = report(1, [{ action: "rotate", reason: "Renewing", message: "m", result: "done" }]);
    expect(conclude(rotating, { value: done }, { isHalted: false })).toBe(done);
  });

  test.each([
    ["waits for the next pass", false, FULL],
    ["was not tried, as the pass was halted", true, HALTED],
  ])("is that it %s, where it was not sent out", (_, isHalted, refusal) => {
    const [action] = conclude(rotating, undefined, { isHalted }).actions;
    expect(action).toMatchObject({ ...refusal, result: "skipped" });
  });

  test("is that it failed, where no worker could do it", () => {
    const [action] = conclude(rotating, { failed: "why" }, { isHalted: false }).actions;
    expect(action).toMatchObject({ result: "failed", error: { code: "ERR_INTERNAL", message: "why" } });
  });

  test("is that it was there no longer", () => {
    const [action] = conclude(rotating, { value: null }, { isHalted: false }).actions;
    expect(action).toMatchObject({ result: "skipped", message: "no longer there" });
  });
});

describe("the plan as a whole", () => {
  const target = (id: number) => ({ kind: "project", id, path: `a/p${id}`, lists: [0] }) as const;
  const discovered = {
    barred: [],
    settled: [item(9)],
    batches: [[target(1)], [target(2), target(3)]],
    warnings: [],
  };

  test("tells of each target of a batch that nobody could read", () => {
    const plan = gather(
      discovered,
      new Map([
        ["plan-0", { value: [item(1, { due: due() })] }],
        ["plan-1", { failed: "job stalled more than allowable limit" }],
      ]),
    );
    expect(plan.items.map(({ report: { targetId, actions } }) => [targetId, actions[0]?.reason])).toEqual([
      [9, "Renewing"],
      [1, "Renewing"],
      [2, "TargetFailed"],
      [3, "TargetFailed"],
    ]);
    expect(plan.due).toEqual([1]);
    expect([...ordersOf(plan, [{ index: 1, mayRotate: true }], discovered).values()]).toEqual([
      { kind: "apply", target: target(1), token: "x", mayRotate: true },
    ]);
  });

  test("lets none run of those that come to one new secret, in whichever batches they were", () => {
    const items = withoutCollisions([
      item(1, { due: due(), wants: "s" }),
      item(2, { wants: "s" }),
      item(3, { due: due(), wants: "t" }),
      item(4, { due: due() }),
    ]);
    expect(items.map((one) => [one.due !== undefined, one.report.actions[0]?.reason])).toEqual([
      [false, "SecretNameCollision"],
      [false, "SecretNameCollision"],
      [true, "Renewing"],
      [true, "Renewing"],
    ]);
  });
});

describe("a target's order", () => {
  test("leads to the same lists of the same policy, on whichever side it is read", () => {
    const text = policyText({
      projects: "[{ path: a/b, tokens: [{ name: x, scopes: [read_registry] }] }]",
      groups:
        "[{ path: a, tokens: [{ match: g }], projects: { tokens: [{ match: p }] } }, { path: a/c, tokens: [{ match: h }] }]",
    });
    const [here, there] = [load(text), load(text)];
    const [project, first, second] = [
      { kind: "project", id: 1, path: "a/b" } as const,
      { kind: "group", id: 2, path: "a" } as const,
      { kind: "group", id: 3, path: "a/c" } as const,
    ];
    const { coverages: all } = coverTargets({
      projects: here.projects.map((entry) => ({ entry, target: project })),
      groups: here.groups.map((entry, index) => ({
        entry,
        target: index === 0 ? first : second,
        below: index === 0 ? [project, { kind: "project", id: 4, path: "a/d" } as const] : [],
      })),
      unread: [],
    });
    expect(all).toHaveLength(4);
    for (const coverage of all) {
      const order = JSON.parse(JSON.stringify(targetOrders(here)(coverage)));
      const lists = coverage.lists.filter((list) => list.length > 0);
      const back = coverages(there)(order);
      expect(back.target).toEqual(coverage.target);
      expect(back.lists.filter((list) => list.length > 0)).toEqual(lists);
    }
  });
});
