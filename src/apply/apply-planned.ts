import PQueue from "p-queue";
import { type DeployToken, isLive } from "../model/deploy-token.ts";
import type { Policy } from "../model/policy.ts";
import type { ActionReport, LineageReport, PassEvent, Waiting } from "../model/report.ts";
import type { Request } from "../plan/decide.ts";
import { minutes } from "../plan/words.ts";
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

interface Done {
  readonly deletions: readonly ActionReport[];
  readonly rotated: readonly ActionReport[];
  readonly now: Date;
}

/** What waits once the plan was carried out: less what was deleted, and the token that was just replaced. */
const waitingAfter = (
  { lineage: { entry }, seen }: Planned,
  { deletions, rotated, now }: Done,
): readonly Waiting[] => {
  const gone = new Set(
    [...deletions, ...rotated].flatMap(({ action, result, tokenId }) =>
      action === "delete" && result === "done" ? [tokenId] : [],
    ),
  );
  const left = seen.decision.waiting.filter(({ tokenId }) => !gone.has(tokenId));
  const main = rotated[0];
  const tokenId = main?.action === "rotate" && main.result === "done" ? main.tokenId : undefined;
  if (tokenId === undefined || gone.has(tokenId) || left.some((one) => one.tokenId === tokenId)) return left;
  const old = seen.observed.tokens.find(({ id }) => id === tokenId);
  if (old === undefined || !isLive(old, now)) return left;
  const byHand = seen.decision.rotation?.existing.includes(tokenId) === true;
  const until = untilWhen(entry, { byHand, old, now });
  const message =
    until === undefined
      ? `token ${tokenId} is replaced but never expires; delete it by hand once nobody uses it, or set \`existing_overlap\` to a duration`
      : `token ${tokenId} is deleted after ${minutes(until)}`;
  return [...left, { tokenId, until, message }];
};

const untilWhen = (
  { overlap, existingOverlap }: Planned["lineage"]["entry"],
  { byHand, old, now }: { readonly byHand: boolean; readonly old: DeployToken; readonly now: Date },
): Date | undefined => {
  if (!byHand) return new Date(now.getTime() + overlap);
  if (existingOverlap !== "expiry") return new Date(now.getTime() + Math.max(overlap, existingOverlap));
  return old.expiresAt && new Date(Math.max(now.getTime() + overlap, old.expiresAt.getTime()));
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
    const report = {
      ...reportOf(item, [...deletions, ...rotated, ...item.seen.decision.reports]),
      waiting: waitingAfter(item, { deletions, rotated, now: ports.clock.now() }),
    };
    for (const action of report.actions) onEvent?.({ kind: "finished", lineage: report, action });
    return report;
  };

  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  return Promise.all([...planned].sort(byUrgency).map((item) => queue.add(() => applyOne(item))));
};
