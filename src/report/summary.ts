import type { ActionReport, LineageReport, PassSummary } from "../model/report.ts";

const isFailure = (action: ActionReport): boolean =>
  action.result === "failed" ||
  (action.action === "report" && action.keptFromRotating === true && action.result !== undefined);

/** Counts actions by kind; `failed` counts those that did not end well, whatever their kind. */
export const summarise = (lineages: readonly LineageReport[]): PassSummary => {
  const summary = { lineages: 0, create: 0, rotate: 0, delete: 0, keep: 0, report: 0, failed: 0 };
  for (const { token, actions } of lineages) {
    if (token !== null) summary.lineages += 1;
    for (const action of actions) {
      summary[action.action] += 1;
      if (isFailure(action)) summary.failed += 1;
    }
  }
  return summary;
};
