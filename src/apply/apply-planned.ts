import PQueue from "p-queue";
import { type DeployToken, isLive } from "../model/deploy-token.ts";
import type { Policy } from "../model/policy.ts";
import type { ActionReport, LineageReport, PassEvent, Waiting } from "../model/report.ts";
import type { Request } from "../plan/decide.ts";
import { minutes } from "../plan/words.ts";
import { carryOutRotation, deleteWhatMayGo, type LineageWork } from "./carry-out.ts";
import { type Planned, reportOf } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import { type Budget, createBudget } from "./pass-budget.ts";
import type { Sweep } from "./sweep.ts";
import { byUrgency, leftAlone } from "./urgency.ts";

export interface ApplyOptions {
  readonly policy: Policy;
  readonly sweep: Sweep;
  readonly stop?: AbortSignal | undefined;
  /** What a person asked of every lineage given. */
  readonly request?: Request | undefined;
  readonly onEvent?: ((event: PassEvent) => void) | undefined;
  /** Where the pass's limits are kept with others. */
  readonly budget?: Budget | undefined;
}

const STOPPING = { message: "not begun: the process is stopping" } as const;

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
  { policy, sweep, stop, request, onEvent, ...options }: ApplyOptions,
): Promise<readonly LineageReport[]> => {
  const budget = options.budget ?? createBudget(policy.limits.maxRotations);

  const rotation = async (item: Planned, work: LineageWork): Promise<readonly ActionReport[]> => {
    const { main, rotation: planned } = item.seen.decision;
    if (planned === undefined) return [leftAlone(main)];
    const refusal = stop?.aborted ? STOPPING : await budget.refusal();
    if (refusal !== undefined) return [{ ...main, ...refusal, result: "skipped" }];
    onEvent?.({ kind: "started", lineage: reportOf(item, []), action: main });
    let madeToken = false;
    const onCreated = (): void => {
      madeToken = true;
    };
    const reports = await carryOutRotation(ports, work, { action: main, onCreated });
    await budget.settle(reports[0], madeToken);
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
