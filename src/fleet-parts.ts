import { applyPlanned } from "./apply/apply-planned.ts";
import { observationFailed } from "./apply/lineage-report.ts";
import { observe } from "./apply/observe.ts";
import { namesThatExist } from "./apply/observe-target.ts";
import { type Budget, FULL } from "./apply/pass-budget.ts";
import { type PlanItem, planItemOf } from "./apply/plan-item.ts";
import { planTargets } from "./apply/plan-targets.ts";
import { coverages, type PartOrder } from "./fleet-orders.ts";
import type { PassRoom } from "./fleet-room.ts";
import type { Policy } from "./model/policy.ts";
import type { LineageReport, PassEvent } from "./model/report.ts";
import { lineagesOf } from "./plan/coverage.ts";

export interface PartTools {
  readonly policy: Policy;
  readonly room: PassRoom;
  /** The whole fleet's, for this pass. */
  readonly budget: Budget;
  readonly onEvent: (event: PassEvent) => void;
}

type Order<Kind> = Extract<PartOrder, { readonly kind: Kind }>;

/** What is to be done about every lineage of these targets. */
export const planPart = async (
  { targets }: Order<"plan">,
  { policy, room }: PartTools,
): Promise<readonly PlanItem[]> => {
  const coverageOf = coverages(policy);
  // Before the sweep is awaited, or the targets could not be listed meanwhile.
  const sweep = room.sweep();
  sweep.catch(() => undefined);
  const items = await planTargets(room.ports, { policy, coverages: targets.map(coverageOf), sweep });
  return items.map(planItemOf);
};

const NOT_TO_ROTATE: Budget = { refusal: () => FULL, settle: () => undefined };

/** One lineage, looked at and decided about again. `undefined` where it is there no longer. */
export const applyPart = async (
  { target, token, mayRotate }: Order<"apply">,
  { policy, room, budget, onEvent }: PartTools,
): Promise<LineageReport | undefined> => {
  const { ports } = room;
  const coverage = coverages(policy)(target);
  const [sweep, listing] = await Promise.all([room.sweep(), ports.gitlab.listTokens(coverage.target)]);
  const names = namesThatExist(listing.tokens, { sweep, coverage, now: ports.clock.now() });
  const lineage = lineagesOf(coverage, policy, names).find((one) => one.token === token);
  if (lineage === undefined) return undefined;
  const seen = await observe(ports, { lineage, sweep, listing, fresh: false }).catch(
    (error: unknown) => error,
  );
  if (!isObservation(seen)) return observationFailed(lineage, seen);
  const [report] = await applyPlanned(ports, [{ lineage, seen }], {
    policy,
    sweep,
    budget: mayRotate ? budget : NOT_TO_ROTATE,
    onEvent,
  });
  return report;
};

type Observation = Awaited<ReturnType<typeof observe>>;

const isObservation = (seen: unknown): seen is Observation =>
  typeof seen === "object" && seen !== null && "decision" in seen;
