import PQueue from "p-queue";
import { applyPlanned } from "./apply/apply-planned.ts";
import {
  duplicateTarget,
  isPlanned,
  leftAloneTarget,
  nameCollision,
  type Planned,
  type PlannedOrReport,
  planReport,
  unresolved,
} from "./apply/lineage-report.ts";
import type { Ports } from "./apply/observe.ts";
import { collidingSecrets, hasItsSecret, observeTarget } from "./apply/observe-target.ts";
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

const SOME_UNSEEN =
  "Not all secrets can be listed, so those are looked up by the policy's names only, and tokens made by hand are kept until they expire.";
const NO_DATE =
  "GitLab's answers carry no Date header (does a proxy take it away?), so nothing tells whether this machine's clock is right.";

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
  const sweep = await sweepSecrets(ports, policy.gitlab.instance);
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    onEvent?.({ kind: "warning", message });
  };
  if (sweep.incompleteBecause !== undefined) warn(`${SOME_UNSEEN} ${sweep.incompleteBecause}`);

  const { resolved, failed } = await resolveTargets(ports.gitlab, policy);
  const { coverages, duplicates, leftAlone } = coverTargets(resolved);
  const items = await observeAll(options, coverages, sweep);
  const colliding = collidingSecrets(items);
  const planned = items.filter(isPlanned);
  if (planned.some(({ seen }) => seen.observed.clockSkew === undefined)) warn(NO_DATE);
  const collides = (item: Planned): boolean => colliding.has(item.lineage.secretName) && !hasItsSecret(item);
  const runnable = planned.filter((item) => !collides(item));
  const changing = runnable.filter(
    ({ seen: { decision } }) => decision.rotation !== undefined || decision.deletions.length > 0,
  );
  onEvent?.({ kind: "observed", lineages: planned.length, changes: changing.length });

  const barred = [
    ...failed.map(({ target, error }) => unresolved(target, error)),
    ...duplicates.map(duplicateTarget),
    ...leftAlone.map(leftAloneTarget),
    ...items.flatMap((item) => (isPlanned(item) ? [] : item)),
    ...planned.filter(collides).map(nameCollision),
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
