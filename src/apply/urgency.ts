import type { Action, ActionReport } from "../model/report.ts";
import type { Planned } from "./lineage-report.ts";

/** Lineages whose last rotation did not end well come last, and then the soonest expiry first, in milliseconds. */
export type Urgency = readonly [unfulfilled: 0 | 1, expiresAt: number];

export const urgencyOf = ({ seen: { decision } }: Planned): Urgency => [
  decision.account.record !== undefined && !decision.account.fulfilled ? 1 : 0,
  decision.main.expiresAt?.getTime() ?? 0,
];

export const compareUrgency = (one: Urgency, other: Urgency): number =>
  one[0] - other[0] || one[1] - other[1];

export const byUrgency = (one: Planned, other: Planned): number =>
  compareUrgency(urgencyOf(one), urgencyOf(other));

/** What a pass that applies says of a lineage that it does not rotate. */
export const leftAlone = (main: Action): ActionReport => ({
  ...main,
  ...(main.keptFromRotating && { result: "failed" }),
});
