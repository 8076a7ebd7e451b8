import PQueue from "p-queue";
import { applyPlanned } from "./apply/apply-planned.ts";
import {
  duplicateTarget,
  isPlanned,
  nameCollision,
  type PlannedOrReport,
  planReport,
  unresolved,
} from "./apply/lineage-report.ts";
import type { Ports } from "./apply/observe.ts";
import { collidingSecrets, observeTarget } from "./apply/observe-target.ts";
import { resolveTargets } from "./apply/resolve.ts";
import { type Sweep, sweepSecrets } from "./apply/sweep.ts";
import type { Policy } from "./model/policy.ts";
import type { LineageReport, PassEvent, PassReport } from "./model/report.ts";
import { type Coverage, coverTargets } from "./plan/coverage.ts";
import { summarise } from "./report/summary.ts";

export interface PassOptions {
  readonly policy: Policy;
  readonly ports: Ports;
  /** `plan` only reads. */
  readonly mode: "plan" | "apply";
  readonly stop?: AbortSignal | undefined;
  readonly onEvent?: (event: PassEvent) => void;
}

const LIST_DENIED =
  "The secrets cannot be listed, so they are looked up by the policy's names only, and tokens made by hand are kept until they expire.";

const observeAll = async (
  { policy, ports, onEvent }: PassOptions,
  coverages: readonly Coverage[],
  sweep: Sweep,
): Promise<readonly PlannedOrReport[]> => {
  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  let done = 0;
  const observed = await Promise.all(
    coverages.map((coverage) =>
      queue.add(async () => {
        const items = await observeTarget(ports, { coverage, policy, sweep });
        done += 1;
        onEvent?.({ kind: "observing", done, total: coverages.length });
        return items;
      }),
    ),
  );
  return observed.flat();
};

const byPathAndToken = (one: LineageReport, other: LineageReport): number =>
  one.path.localeCompare(other.path) || (one.token ?? "").localeCompare(other.token ?? "");

/** One pass: resolve, observe, plan, apply, report. */
export const reconcile = async (options: PassOptions): Promise<PassReport> => {
  const { policy, ports, mode, stop, onEvent } = options;
  const startedAt = ports.clock.now();
  const sweep = await sweepSecrets(ports.store, policy.gitlab.instance);
  const warnings = sweep.deniedBecause === undefined ? [] : [`${LIST_DENIED} ${sweep.deniedBecause}`];
  for (const message of warnings) onEvent?.({ kind: "warning", message });

  const { resolved, failed } = await resolveTargets(ports.gitlab, policy);
  const { coverages, duplicates } = coverTargets(resolved);
  const items = await observeAll(options, coverages, sweep);
  const colliding = collidingSecrets(items);
  const planned = items.filter(isPlanned);
  const runnable = planned.filter(({ lineage }) => !colliding.has(lineage.secretName));
  const changing = runnable.filter(
    ({ seen: { decision } }) => decision.rotation !== undefined || decision.deletions.length > 0,
  );
  onEvent?.({ kind: "observed", lineages: planned.length, changes: changing.length });

  const barred = [
    ...failed.map(({ target, error }) => unresolved(target, error)),
    ...duplicates.map(duplicateTarget),
    ...items.flatMap((item) => (isPlanned(item) ? [] : item)),
    ...planned.filter(({ lineage }) => colliding.has(lineage.secretName)).map(nameCollision),
  ];
  if (mode === "apply")
    for (const lineage of barred)
      for (const action of lineage.actions) onEvent?.({ kind: "finished", lineage, action });
  const ran =
    mode === "apply"
      ? await applyPlanned(ports, runnable, { policy, sweep, stop, onEvent })
      : runnable.map(planReport);
  const lineages = [...barred, ...ran].sort(byPathAndToken);
  return { startedAt, finishedAt: ports.clock.now(), lineages, summary: summarise(lineages), warnings };
};
