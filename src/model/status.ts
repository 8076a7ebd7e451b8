import type { AccessToken } from "./access-token.ts";
import type { ErrorReport, Reason, Waiting } from "./report.ts";
import type { TargetKind } from "./target.ts";

/** Where a lineage stands, the most urgent first. Stable: scripts and dashboards rely on them. */
export const LINEAGE_STATES = [
  "failing",
  "conflict",
  "in-progress",
  "due",
  "overlapping",
  "healthy",
] as const;
export type LineageState = (typeof LINEAGE_STATES)[number];

/** One lineage at a glance. */
export interface LineageStatus {
  readonly kind: TargetKind;
  /** Absent when the target could not be resolved. */
  readonly targetId: number | undefined;
  readonly path: string;
  /** `null` when the target as a whole is meant. */
  readonly token: string | null;
  readonly state: LineageState;
  readonly reason: Reason;
  /** In words, for people: what is so, and what to do where somebody has to. */
  readonly message: string;
  readonly secret: string | null;
  /** The token that consumers read, as far as it is known. */
  readonly tokenId: number | undefined;
  readonly expiresAt: Date | undefined;
  readonly renewsAt: Date | undefined;
  readonly waiting: readonly Waiting[];
  readonly error: ErrorReport | undefined;
}

export type StatusSummary = Readonly<Record<LineageState, number>>;

/** Every lineage, the most urgent first: what `status` prints, and the page, the metrics and the digest show. */
export interface StatusReport {
  readonly at: Date;
  readonly lineages: readonly LineageStatus[];
  readonly summary: StatusSummary;
  /** About the pass as a whole. */
  readonly warnings: readonly string[];
  /** The access token that the program itself uses; absent when GitLab did not say. */
  readonly accessToken: AccessToken | undefined;
}
