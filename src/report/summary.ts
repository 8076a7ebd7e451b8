import type { ActionReport, LineageReport, PassSummary } from "../model/report.ts";

const isFailure = (action: ActionReport): boolean =>
  action.result === "failed" ||
  (action.action === "report" && action.keptFromRotating === true && action.result !== undefined);

/** Counts actions by kind; `failed` counts those that did not end well, whatever their kind. */
export const summarise = (lineages: readonly LineageReport[]): PassSummary => {
  const actions = lineages.flatMap((lineage) => lineage.actions);
  const count = (kind: ActionReport["action"]): number =>
    actions.filter(({ action }) => action === kind).length;
  return {
    lineages: lineages.filter(({ token }) => token !== null).length,
    create: count("create"),
    rotate: count("rotate"),
    delete: count("delete"),
    keep: count("keep"),
    report: count("report"),
    failed: actions.filter(isFailure).length,
  };
};
