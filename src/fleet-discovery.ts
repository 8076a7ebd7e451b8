import { discover } from "./apply/discover.ts";
import { type PlanItem, planItemOf } from "./apply/plan-item.ts";
import { createSettler, type SettleTarget } from "./apply/settler.ts";
import type { Sweep } from "./apply/sweep.ts";
import { sweepTokens } from "./apply/sweep-tokens.ts";
import { type TargetOrder, targetOrders } from "./fleet-orders.ts";
import type { PassRoom } from "./fleet-room.ts";
import { milliseconds } from "./model/duration.ts";
import type { Policy } from "./model/policy.ts";
import type { LineageReport } from "./model/report.ts";
import type { Coverage } from "./plan/coverage.ts";
import { someUnseen } from "./report/pass-report.ts";

/** Where a pass goes, decided once for all replicas. */
export interface Discovered {
  readonly barred: readonly LineageReport[];
  /** Lineages that lists of everything have settled. */
  readonly settled: readonly PlanItem[];
  /** The others' targets, to be read one by one. */
  readonly batches: readonly (readonly TargetOrder[])[];
  readonly warnings: readonly string[];
}

/** So that a worker that dies takes little with it, and none is left with the last large batch. */
const LARGEST_BATCH = 50;
const BATCHES_EACH = 8;
/** Secrets that are looked at in one go, before others get a turn. */
const AT_A_STRETCH = 20;

const inBatches = (targets: readonly TargetOrder[], replicas: number): TargetOrder[][] => {
  const size = Math.min(LARGEST_BATCH, Math.max(1, Math.ceil(targets.length / (replicas * BATCHES_EACH))));
  return Array.from({ length: Math.ceil(targets.length / size) }, (_, index) =>
    targets.slice(index * size, (index + 1) * size),
  );
};

interface Bulk {
  readonly policy: Policy;
  readonly coverages: readonly Coverage[];
  readonly sweeping: Promise<Sweep>;
}

/** Where our access token may see all tokens of the instance. */
const settleBySweeps = async (
  { ports }: PassRoom,
  { policy, coverages, sweeping }: Bulk,
): Promise<SettleTarget | undefined> => {
  const tokenSweep = await sweepTokens(ports.gitlab, coverages.length);
  if (tokenSweep === undefined) return undefined;
  const settler = createSettler(ports, { policy, coverages, tokenSweep });
  const sweep = await sweeping;
  let number = 0;
  for (const secret of sweep.secrets) {
    if (number % AT_A_STRETCH === AT_A_STRETCH - 1) await ports.clock.sleep(milliseconds(0));
    settler.take(secret, number);
    number += 1;
  }
  return settler.finish(sweep);
};

export const discoverForFleet = async (
  room: PassRoom,
  { policy, replicas }: { readonly policy: Policy; readonly replicas: number },
): Promise<Discovered> => {
  const { ports } = room;
  const sweeping = room.sweep();
  sweeping.catch(() => undefined);
  const { coverages, barred } = await discover(ports.gitlab, policy);
  const settle = await settleBySweeps(room, { policy, coverages, sweeping });
  const sweep = await sweeping;
  const settled: PlanItem[] = [];
  const open: Coverage[] = [];
  for (const coverage of coverages) {
    const found = settle?.target(coverage);
    if (found === undefined) open.push(coverage);
    else settled.push(...found.map(planItemOf));
  }
  return {
    barred,
    settled,
    batches: inBatches(open.map(targetOrders(policy)), replicas),
    warnings: sweep.incompleteBecause === undefined ? [] : [someUnseen(sweep.incompleteBecause)],
  };
};
