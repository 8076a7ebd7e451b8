import type { ActionReport, PassSummary } from "./report.ts";
import type { TargetKind } from "./target.ts";

/** One thing that a pass did, or failed to do. Kept tokens are only counted. */
export interface PassAction
  extends Pick<
    ActionReport,
    "action" | "reason" | "message" | "tokenId" | "newTokenId" | "expiresAt" | "result" | "error"
  > {
  readonly kind: TargetKind;
  readonly path: string;
  readonly token: string | null;
}

/** What is remembered of a pass. No secret is in it. */
export interface PassRecord {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly summary: PassSummary;
  readonly warnings: readonly string[];
  readonly actions: readonly PassAction[];
  /** Why the pass as a whole did not take place. */
  readonly error: string | undefined;
}
