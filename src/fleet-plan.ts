import { targetFailed } from "./apply/lineage-report.ts";
import { FULL, HALTED } from "./apply/pass-budget.ts";
import { mostUrgentFirst, type PlanItem, withoutCollisions } from "./apply/plan-item.ts";
import type { Outcome } from "./fleet/orders.ts";
import type { Discovered } from "./fleet-discovery.ts";
import type { PartOrder, TargetOrder } from "./fleet-orders.ts";
import type { LineageReport } from "./model/report.ts";

/** A round of what is due: places in the plan, and whether each may make a token. */
export type Wave = readonly { readonly index: number; readonly mayRotate: boolean }[];

export interface FleetPlan {
  readonly items: readonly PlanItem[];
  /** What is due, the most urgent first. */
  readonly due: readonly number[];
}

export const planName = (batch: number): string => `plan-${batch}`;
export const applyName = (index: number): string => `apply-${index}`;

/** Everything that was decided, in an order that is the same for whoever reads it. A batch that nobody could do fails alone. */
export const gather = (
  { settled, batches }: Discovered,
  outcomes: ReadonlyMap<string, Outcome>,
): FleetPlan => {
  const planned = batches.flatMap((targets, batch): readonly PlanItem[] => {
    const outcome = outcomes.get(planName(batch));
    if (outcome !== undefined && "value" in outcome) return outcome.value as readonly PlanItem[];
    const error = new Error(outcome?.failed ?? "no replica has read it");
    return targets.map((target) => ({ report: targetFailed(target, error), isPlanned: false }));
  });
  const items = withoutCollisions([...settled, ...planned]);
  return { items, due: mostUrgentFirst(items) };
};

export interface Places {
  /** How many tokens may still be made. */
  readonly left: number;
  readonly isHalted: boolean;
}

/**
 * What is sent out next. The first wave holds all that no limit holds up, and as many rotations as there are places. Those
 * that come to nothing give their places back, for a wave of the next in line: or a hundred that fail each time would keep
 * all others waiting for ever.
 */
export const nextWave = (
  { items, due }: FleetPlan,
  sent: ReadonlySet<number>,
  { left, isHalted }: Places,
): Wave => {
  let places = isHalted ? 0 : left;
  return due.flatMap((index) => {
    const item = items[index]?.due;
    if (item === undefined || sent.has(index)) return [];
    const mayRotate = item.rotates && places > 0;
    if (mayRotate) places -= 1;
    // What else is to be done of one sent in vain has been done.
    return mayRotate || (item.tidies && sent.size === 0) ? [{ index, mayRotate }] : [];
  });
};

/** The orders of a wave; every item's target was in some batch. */
export const ordersOf = (
  plan: FleetPlan,
  wave: Wave,
  { batches }: Discovered,
): ReadonlyMap<number, PartOrder> => {
  const targets = new Map<string, TargetOrder>();
  for (const target of batches.flat()) targets.set(`${target.kind} ${target.id}`, target);
  return new Map(
    wave.flatMap(({ index, mayRotate }) => {
      const report = plan.items[index]?.report;
      const target = report && targets.get(`${report.kind} ${report.targetId}`);
      if (target === undefined || report?.token == null) return [];
      return [[index, { kind: "apply", target, token: report.token, mayRotate }] as const];
    }),
  );
};

/** What is said of a lineage in the end. */
export const conclude = (
  { report, due }: PlanItem,
  outcome: Outcome | undefined,
  { isHalted }: Pick<Places, "isHalted">,
): LineageReport => {
  if (due === undefined) return report;
  const changed = (change: Partial<LineageReport["actions"][number]>): LineageReport => ({
    ...report,
    actions: report.actions.map((action) =>
      ["create", "rotate", "delete"].includes(action.action) ? { ...action, ...change } : action,
    ),
  });
  if (outcome === undefined) return changed({ ...(isHalted ? HALTED : FULL), result: "skipped" });
  if ("failed" in outcome)
    return changed({ result: "failed", error: { code: "ERR_INTERNAL", message: outcome.failed } });
  const applied = outcome.value as LineageReport | undefined | null;
  return applied ?? changed({ result: "skipped", message: "no longer there" });
};
