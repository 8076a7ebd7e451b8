import type { ActionReport, LineageReport } from "../model/report.ts";
import type { Target, TargetReference } from "../model/target.ts";
import type { Lineage } from "../plan/lineage.ts";
import { failure } from "./carry-out.ts";
import type { Observation } from "./observe.ts";

/** A lineage and what was decided about it. */
export interface Planned {
  readonly lineage: Lineage;
  readonly seen: Observation;
}

export type PlannedOrReport = Planned | LineageReport;

export const isPlanned = (item: PlannedOrReport): item is Planned => "seen" in item;

export const reportOf = ({ lineage, seen }: Planned, actions: readonly ActionReport[]): LineageReport => {
  const { secret } = seen.observed;
  return {
    kind: lineage.target.kind,
    targetId: lineage.target.id,
    path: lineage.target.path,
    token: lineage.token,
    secret: secret.status === "found" ? secret.description.name : lineage.secretName,
    actions,
    waiting: seen.decision.waiting,
  };
};

/** What a pass that only plans says of a lineage. */
export const planReport = (planned: Planned): LineageReport => {
  const { deletions, main, reports } = planned.seen.decision;
  return reportOf(planned, [...deletions, main, ...reports]);
};

const aboutTarget = (
  target: { readonly kind: Target["kind"]; readonly id?: number; readonly path: string },
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

/** The error beside it says what went wrong and what to do. */
const WHAT = {
  TargetFailed: "this target could not be read, so nothing of it was decided",
  ObservationFailed: "this lineage could not be read, so nothing was decided about it",
} as const;

const failed = (reason: keyof typeof WHAT, error: unknown): ActionReport => ({
  action: "report",
  reason,
  message: WHAT[reason],
  result: "failed",
  error: failure(error),
});

export const unresolved = ({ kind, idOrPath }: TargetReference, error: unknown): LineageReport =>
  aboutTarget({ kind, path: String(idOrPath) }, failed("TargetFailed", error));

export const targetFailed = (target: Target, error: unknown): LineageReport =>
  aboutTarget(target, failed("TargetFailed", error));

export const observationFailed = (lineage: Lineage, error: unknown): LineageReport => ({
  ...aboutTarget(lineage.target, failed("ObservationFailed", error)),
  token: lineage.token,
  secret: lineage.secretName,
});

export const duplicateTarget = (target: Target): LineageReport =>
  aboutTarget(target, {
    action: "report",
    reason: "DuplicateTarget",
    message: "several entries of the policy name this target, by path and by id; keep one",
    result: "failed",
  });

export const leftAloneTarget = (target: Target): LineageReport =>
  aboutTarget(target, {
    action: "report",
    reason: "TargetFailed",
    message:
      "left alone: an entry of the policy that may name it could not be read, and a broader one must not decide in its place",
    result: "failed",
  });

export const collided = (report: LineageReport, secretName: string): LineageReport => ({
  ...report,
  actions: [
    {
      action: "report",
      reason: "SecretNameCollision",
      message: `several lineages come to the secret ${secretName}; give each a \`secret:\` of its own`,
      result: "failed",
    },
  ],
});

export const nameCollision = (planned: Planned): LineageReport =>
  collided(reportOf(planned, []), planned.lineage.secretName);
