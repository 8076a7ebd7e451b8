import type { Policy } from "../model/policy.ts";
import type { GitLab } from "../model/ports.ts";
import type { LineageReport } from "../model/report.ts";
import type { Target } from "../model/target.ts";
import { type Coverage, coverTargets } from "../plan/coverage.ts";
import { duplicateTarget, leftAloneTarget, unresolved } from "./lineage-report.ts";
import { resolveTargets } from "./resolve.ts";

/** Where a pass goes. */
export interface Discovery {
  readonly coverages: readonly Coverage[];
  /** Targets that it cannot look at, or must leave alone. */
  readonly barred: readonly LineageReport[];
}

export const discover = async (
  gitlab: GitLab,
  policy: Policy,
  onTarget?: (target: Target) => void,
): Promise<Discovery> => {
  const { resolved, failed } = await resolveTargets(gitlab, policy, onTarget);
  const { coverages, duplicates, leftAlone } = coverTargets(resolved);
  return {
    coverages,
    barred: [
      ...failed.map(({ target, error }) => unresolved(target, error)),
      ...duplicates.map(duplicateTarget),
      ...leftAlone.map(leftAloneTarget),
    ],
  };
};
