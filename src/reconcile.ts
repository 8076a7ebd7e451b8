import { applyPlanned } from "./apply/apply-planned.ts";
import { KeptLineage } from "./apply/kept-lineage.ts";
import { isPlanned, nameCollision, type Planned, planReport } from "./apply/lineage-report.ts";
import { look } from "./apply/look.ts";
import type { Ports } from "./apply/observe.ts";
import { collidingSecrets, hasItsSecret } from "./apply/observe-target.ts";
import type { Policy } from "./model/policy.ts";
import type { PassEvent, PassReport } from "./model/report.ts";
import { NO_DATE, passReport, someUnseen } from "./report/pass-report.ts";

export interface PassOptions {
  readonly policy: Policy;
  readonly ports: Ports;
  /** `plan` only reads. */
  readonly mode: "plan" | "apply";
  readonly stop?: AbortSignal | undefined;
  readonly onEvent?: (event: PassEvent) => void;
}

/** One pass: resolve, observe, plan, apply, report. */
export const reconcile = async (options: PassOptions): Promise<PassReport> => {
  const { policy, ports, mode, stop, onEvent } = options;
  const startedAt = ports.clock.now();
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    onEvent?.({ kind: "warning", message });
  };
  const {
    barred: unread,
    items,
    sweep,
  } = await look(ports, {
    policy,
    onProgress: (done, total) => onEvent?.({ kind: "observing", done, total }),
  });
  if (sweep.incompleteBecause !== undefined) warn(someUnseen(sweep.incompleteBecause));

  const colliding = collidingSecrets(items);
  const kept = items.filter((item) => item instanceof KeptLineage);
  const planned = items.filter(isPlanned);
  if (planned.some(({ seen }) => seen.observed.clockSkew === undefined)) warn(NO_DATE);
  const collides = (item: Planned): boolean => colliding.has(item.lineage.secretName) && !hasItsSecret(item);
  const runnable = planned.filter((item) => !collides(item));
  const changing = runnable.filter(
    ({ seen: { decision } }) => decision.rotation !== undefined || decision.deletions.length > 0,
  );
  onEvent?.({ kind: "observed", lineages: planned.length + kept.length, changes: changing.length });

  const barred = [
    ...unread,
    ...items.flatMap((item) => (isPlanned(item) || item instanceof KeptLineage ? [] : [item])),
    ...planned.filter(collides).map(nameCollision),
  ];
  if (mode === "apply")
    for (const lineage of [...barred, ...kept])
      for (const action of lineage.actions) onEvent?.({ kind: "finished", lineage, action });
  const ran =
    mode === "apply"
      ? await applyPlanned(ports, runnable, { policy, sweep, stop, onEvent })
      : runnable.map(planReport);
  const finishedAt = ports.clock.now();
  return passReport({ startedAt, finishedAt, lineages: [...barred, ...kept, ...ran], warnings });
};
