import PQueue from "p-queue";
import { carryOutRotation, deleteWhatMayGo, failure } from "./apply/carry-out.ts";
import { type Observation, observe, type Ports } from "./apply/observe.ts";
import { resolveTargets } from "./apply/resolve.ts";
import { type Sweep, sweepSecrets } from "./apply/sweep.ts";
import { isLive } from "./model/deploy-token.ts";
import type { Policy } from "./model/policy.ts";
import type { ActionReport, LineageReport, PassEvent, PassReport } from "./model/report.ts";
import type { Target } from "./model/target.ts";
import { type Coverage, coverTargets, lineagesOf } from "./plan/coverage.ts";
import type { Lineage } from "./plan/lineage.ts";
import { summarise } from "./report/summary.ts";

export interface PassOptions {
  readonly policy: Policy;
  readonly ports: Ports;
  /** `plan` only reads. */
  readonly mode: "plan" | "apply";
  readonly stop?: AbortSignal | undefined;
  readonly onEvent?: (event: PassEvent) => void;
}

interface Planned {
  readonly lineage: Lineage;
  readonly seen: Observation;
}

/** Failures in a row, each after its token was created, that end a pass's rotations. */
const HALT_AFTER = 5;

const wholeTarget = (
  target: { kind: Target["kind"]; id?: number; path: string },
  action: ActionReport,
): LineageReport => ({
  kind: target.kind,
  targetId: target.id,
  path: target.path,
  token: null,
  secret: null,
  actions: [action],
  waiting: [],
});

const targetFailed = (error: unknown): ActionReport => ({
  action: "report",
  reason: "TargetFailed",
  message: failure(error).message,
  result: "failed",
  error: failure(error),
});

const secretOf = ({ lineage, seen }: Planned): string =>
  seen.observed.secret.status === "found" ? seen.observed.secret.description.name : lineage.secretName;

const reportOf = (planned: Planned, actions: readonly ActionReport[]): LineageReport => ({
  kind: planned.lineage.target.kind,
  targetId: planned.lineage.target.id,
  path: planned.lineage.target.path,
  token: planned.lineage.token,
  secret: secretOf(planned),
  actions,
  waiting: planned.seen.decision.waiting,
});

const plannedActions = ({ seen: { decision } }: Planned): ActionReport[] => [
  ...decision.deletions,
  decision.main,
  ...decision.reports,
];

const observationFailed = ({ target, token, secretName }: Lineage, error: unknown): LineageReport => ({
  ...wholeTarget(target, { ...targetFailed(error), reason: "ObservationFailed" }),
  token,
  secret: secretName,
});

const observeTarget = async (
  options: PassOptions,
  coverage: Coverage,
  sweep: Sweep,
): Promise<(LineageReport | Planned)[]> => {
  const { ports, policy } = options;
  try {
    const listing = await ports.gitlab.listTokens(coverage.target);
    const now = ports.clock.now();
    const live = listing.tokens.filter((token) => isLive(token, now)).map(({ name }) => name);
    const lineages = lineagesOf(coverage, policy, [...live, ...sweep.namesOf(coverage.target)]);
    const items: (LineageReport | Planned)[] = [];
    for (const lineage of lineages)
      items.push(
        await observe(ports, { lineage, sweep, listing, fresh: false }).then(
          (seen) => ({ lineage, seen }),
          (error: unknown) => observationFailed(lineage, error),
        ),
      );
    return items;
  } catch (error) {
    return [wholeTarget(coverage.target, targetFailed(error))];
  }
};

const isPlanned = (item: Planned | LineageReport): item is Planned => "seen" in item;

/** Secrets that several lineages come to, those included that could not be observed: none of them runs. */
const collisions = (items: readonly (Planned | LineageReport)[]): Set<string> => {
  const seen = new Set<string>();
  return new Set(
    items
      .flatMap((item) => (isPlanned(item) ? item.lineage.secretName : (item.secret ?? [])))
      .filter((name) => seen.size === seen.add(name).size),
  );
};

const collided = (item: Planned): LineageReport =>
  reportOf(item, [
    {
      action: "report",
      reason: "SecretNameCollision",
      message: `several lineages come to the secret ${item.lineage.secretName}; give each a \`secret:\` of its own`,
      result: "failed",
    },
  ]);

/** Soonest expiry first; lineages whose last rotation did not end well last. */
const urgency = ({ seen: { decision } }: Planned): readonly [number, number] => [
  decision.account.record !== undefined && !decision.account.fulfilled ? 1 : 0,
  decision.main.expiresAt?.getTime() ?? 0,
];

const byUrgency = (one: Planned, other: Planned): number => {
  const [a, b] = [urgency(one), urgency(other)];
  return a[0] - b[0] || a[1] - b[1];
};

const applyAll = async (
  options: PassOptions,
  planned: readonly Planned[],
  sweep: Sweep,
): Promise<LineageReport[]> => {
  const { policy, ports, stop } = options;
  let created = 0;
  let failuresInARow = 0;
  const tags = policy.store.tags;
  const applyOne = async (item: Planned): Promise<LineageReport> => {
    const work = { lineage: item.lineage, sweep, tags, stop };
    const { main, rotation, reports, deletions, restoreTags } = item.seen.decision;
    const done: ActionReport[] = [];
    if ((deletions.length > 0 || restoreTags) && !stop?.aborted)
      done.push(
        ...(await deleteWhatMayGo(ports, work, item.seen).catch((error: unknown) => [targetFailed(error)])),
      );
    if (rotation === undefined)
      done.push({ ...main, ...(main.keptFromRotating && { result: "failed" as const }) });
    else if (stop?.aborted)
      done.push({ ...main, result: "skipped", message: `${main.message}; the process is stopping` });
    else if (failuresInARow >= HALT_AFTER)
      done.push({
        ...main,
        reason: "Halted",
        result: "skipped",
        message: `not tried: ${HALT_AFTER} rotations in a row failed after their token was created; look at the store`,
      });
    else if (created >= policy.limits.maxRotations)
      done.push({
        ...main,
        result: "skipped",
        message: `${main.message}; waits for the next pass (limits.max_rotations)`,
      });
    else {
      let made = false;
      options.onEvent?.({ kind: "started", lineage: reportOf(item, []), action: main });
      created += 1;
      const carried = await carryOutRotation(ports, work, {
        action: main,
        onCreated: () => {
          made = true;
        },
      });
      if (!made) created -= 1;
      failuresInARow =
        carried[0]?.result === "failed" && made ? failuresInARow + 1 : made ? 0 : failuresInARow;
      done.push(...carried);
    }
    const report = reportOf(item, [...done, ...reports]);
    for (const action of report.actions) options.onEvent?.({ kind: "finished", lineage: report, action });
    return report;
  };
  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  return Promise.all([...planned].sort(byUrgency).map((item) => queue.add(() => applyOne(item))));
};

/** One pass: resolve, observe, plan, apply, report. */
export const reconcile = async (options: PassOptions): Promise<PassReport> => {
  const { policy, ports, onEvent } = options;
  const startedAt = ports.clock.now();
  const sweep = await sweepSecrets(ports.store, policy.gitlab.instance);
  const warnings = sweep.complete
    ? []
    : [
        "ListSecrets was denied: secrets are looked up by the policy's names only, and tokens made by hand are kept until they expire; allow secretsmanager:ListSecrets",
      ];
  const { resolved, failed } = await resolveTargets(ports.gitlab, policy);
  const { coverages, duplicates } = coverTargets(resolved);
  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  let done = 0;
  const observed = await Promise.all(
    coverages.map((coverage) =>
      queue.add(async () => {
        const items = await observeTarget(options, coverage, sweep);
        done += 1;
        onEvent?.({ kind: "observing", done, total: coverages.length });
        return items;
      }),
    ),
  );
  const items: (Planned | LineageReport)[] = observed.flat();
  const planned = items.filter(isPlanned);
  const clashing = collisions(items);
  const runnable = planned.filter(({ lineage }) => !clashing.has(lineage.secretName));
  onEvent?.({
    kind: "observed",
    lineages: planned.length,
    changes: runnable.filter(({ seen }) => seen.decision.rotation || seen.decision.deletions.length > 0)
      .length,
  });
  const barred: LineageReport[] = [
    ...failed.map(({ target, error }) =>
      wholeTarget({ kind: target.kind, path: String(target.idOrPath) }, targetFailed(error)),
    ),
    ...duplicates.map((target) =>
      wholeTarget(target, {
        action: "report",
        reason: "DuplicateTarget",
        message: "several entries of the policy name this target, by path and by id; keep one",
        result: "failed",
      }),
    ),
    ...items.filter((item): item is LineageReport => !isPlanned(item)),
    ...planned.filter(({ lineage }) => clashing.has(lineage.secretName)).map(collided),
  ];
  if (options.mode === "apply")
    for (const lineage of barred)
      for (const action of lineage.actions) onEvent?.({ kind: "finished", lineage, action });
  const lineages = [
    ...barred,
    ...(options.mode === "apply"
      ? await applyAll(options, runnable, sweep)
      : runnable.map((item) => reportOf(item, plannedActions(item)))),
  ];
  const order = (one: LineageReport, other: LineageReport): number =>
    one.path.localeCompare(other.path) || (one.token ?? "").localeCompare(other.token ?? "");
  lineages.sort(order);
  return { startedAt, finishedAt: ports.clock.now(), lineages, summary: summarise(lineages), warnings };
};
