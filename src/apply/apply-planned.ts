import PQueue from "p-queue";
import type { Policy } from "../model/policy.ts";
import type { ActionReport, LineageReport, PassEvent } from "../model/report.ts";
import type { Request } from "../plan/decide.ts";
import { carryOutRotation, deleteWhatMayGo, type LineageWork } from "./carry-out.ts";
import { type Planned, reportOf } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import type { Sweep } from "./sweep.ts";

/** Failures in a row, each after its token was created, that end a pass's rotations. */
const HALT_AFTER = 5;

export interface ApplyOptions {
  readonly policy: Policy;
  readonly sweep: Sweep;
  readonly stop?: AbortSignal | undefined;
  /** What a person asked of every lineage given. */
  readonly request?: Request | undefined;
  readonly onEvent?: ((event: PassEvent) => void) | undefined;
}

/** Soonest expiry first; lineages whose last rotation did not end well last. */
const byUrgency = (one: Planned, other: Planned): number => {
  const rank = ({ seen: { decision } }: Planned): readonly [number, number] => [
    decision.account.record !== undefined && !decision.account.fulfilled ? 1 : 0,
    decision.main.expiresAt?.getTime() ?? 0,
  ];
  const [a, b] = [rank(one), rank(other)];
  return a[0] - b[0] || a[1] - b[1];
};

/** What one pass may still do, over all lineages. */
const createBudget = (maxRotations: number, stop: AbortSignal | undefined) => {
  let created = 0;
  let failedInARow = 0;
  return {
    /** Why no further rotation may begin; otherwise one place is taken. */
    refusal(): (Pick<ActionReport, "message"> & Partial<Pick<ActionReport, "reason">>) | undefined {
      if (stop?.aborted) return { message: "not begun: the process is stopping" };
      if (failedInARow >= HALT_AFTER)
        return {
          reason: "Halted",
          message: `not tried: ${HALT_AFTER} rotations in a row failed after their token was created; look at the store`,
        };
      if (created >= maxRotations) return { message: "waits for the next pass (limits.max_rotations)" };
      created += 1;
      return undefined;
    },
    settle(report: ActionReport | undefined, madeToken: boolean): void {
      if (!madeToken) created -= 1;
      else failedInARow = report?.result === "failed" ? failedInARow + 1 : 0;
    },
  };
};

/** Carries the whole plan out, `limits.concurrency` lineages at a time. One failure never stops the others. */
export const applyPlanned = async (
  ports: Ports,
  planned: readonly Planned[],
  { policy, sweep, stop, request, onEvent }: ApplyOptions,
): Promise<readonly LineageReport[]> => {
  const budget = createBudget(policy.limits.maxRotations, stop);

  const rotation = async (item: Planned, work: LineageWork): Promise<readonly ActionReport[]> => {
    const { main, rotation: planned } = item.seen.decision;
    if (planned === undefined) return [{ ...main, ...(main.keptFromRotating && { result: "failed" }) }];
    const refusal = budget.refusal();
    if (refusal !== undefined) return [{ ...main, ...refusal, result: "skipped" }];
    onEvent?.({ kind: "started", lineage: reportOf(item, []), action: main });
    let madeToken = false;
    const onCreated = (): void => {
      madeToken = true;
    };
    const reports = await carryOutRotation(ports, work, { action: main, onCreated });
    budget.settle(reports[0], madeToken);
    return reports;
  };

  const applyOne = async (item: Planned): Promise<LineageReport> => {
    const work: LineageWork = { lineage: item.lineage, sweep, tags: policy.store.tags, stop, request };
    const deletions = stop?.aborted ? [] : await deleteWhatMayGo(ports, work, item.seen);
    const rotated = await rotation(item, work);
    const report = reportOf(item, [...deletions, ...rotated, ...item.seen.decision.reports]);
    for (const action of report.actions) onEvent?.({ kind: "finished", lineage: report, action });
    return report;
  };

  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  return Promise.all([...planned].sort(byUrgency).map((item) => queue.add(() => applyOne(item))));
};
