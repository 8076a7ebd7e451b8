import type { ActionReport } from "../model/report.ts";

/** Failures in a row, each after its token was created, that end a pass's rotations. */
export const HALT_AFTER = 5;

export type Refusal = Pick<ActionReport, "message"> & Partial<Pick<ActionReport, "reason">>;

export const HALTED: Refusal = {
  reason: "Halted",
  message: `not tried: ${HALT_AFTER} rotations in a row failed after their token was created; look at the store`,
};
export const FULL: Refusal = { message: "waits for the next pass (limits.max_rotations)" };

/** What one pass may still do, over all lineages, wherever they are carried out. */
export interface Budget {
  /** Why no further rotation may begin; otherwise one place is taken. */
  refusal(): Refusal | undefined | Promise<Refusal | undefined>;
  /** How the rotation ended. One that made no token gives its place back. */
  settle(report: ActionReport | undefined, madeToken: boolean): void | Promise<void>;
}

export const createBudget = (maxRotations: number): Budget => {
  let created = 0;
  let failedInARow = 0;
  return {
    refusal: () => {
      if (failedInARow >= HALT_AFTER) return HALTED;
      if (created >= maxRotations) return FULL;
      created += 1;
      return undefined;
    },
    settle: (report, madeToken) => {
      if (!madeToken) created -= 1;
      else failedInARow = report?.result === "failed" ? failedInARow + 1 : 0;
    },
  };
};
