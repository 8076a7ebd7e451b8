import type { AccessToken } from "./access-token.ts";
import type { RotatorErrorCode } from "./errors.ts";
import type { TargetKind } from "./target.ts";

export type ActionKind = "create" | "rotate" | "delete" | "keep" | "report";

/** Why an action is taken. Stable: scripts and dashboards rely on them. */
export type Reason =
  // due
  | "Missing"
  | "Revoked"
  | "Expired"
  | "CurrentTokenGone"
  | "ScopesChanged"
  | "UsernameChanged"
  | "NeverExpires"
  | "Renewing"
  | "ExistingReplaced"
  | "SecretMoved"
  | "Leaked"
  | "Requested"
  // not due
  | "Healthy"
  | "Removed"
  | "Existing"
  // deletions
  | "Superseded"
  | "Stray"
  | "DeletionHeldBack"
  // not sure: nothing is done
  | "InProgress"
  | "Ambiguous"
  | "ForeignSecret"
  | "SecretPendingDeletion"
  | "SecretIsReplica"
  | "SecretRotationEnabled"
  | "SecretOwnedByService"
  | "SecretNameInvalid"
  | "DuplicateSecret"
  | "DuplicateTarget"
  | "SecretNameCollision"
  | "ClockSkew"
  // said beside another action
  | "SecretRenamed"
  | "TagsRestored"
  | "Unrecognised"
  | "TargetFailed"
  | "ObservationFailed"
  | "Halted";

/** One thing that a pass does, or says, about a lineage. */
export interface Action {
  readonly action: ActionKind;
  readonly reason: Reason;
  /** In words, for people. */
  readonly message: string;
  /** The token that it is about: the one replaced, deleted, kept. */
  readonly tokenId?: number;
  readonly expiresAt?: Date;
  /** When a kept token will be renewed. */
  readonly renewsAt?: Date;
  /** A report that kept a due lineage from being rotated. */
  readonly keptFromRotating?: boolean;
}

/** A token that waits for deletion. */
export interface Waiting {
  readonly tokenId: number;
  /** Absent when no time can be given, e.g. for a token that never expires. */
  readonly until: Date | undefined;
  readonly message: string;
  /** Left over from a rotation that did not end well. */
  readonly stray?: true;
}

export interface ActionReport extends Action {
  readonly newTokenId?: number;
  readonly result?: "done" | "failed" | "skipped";
  readonly error?: ErrorReport;
}

export interface ErrorReport {
  readonly code: RotatorErrorCode;
  readonly message: string;
}

export interface LineageReport {
  readonly kind: TargetKind;
  /** Absent when the target could not be resolved. */
  readonly targetId: number | undefined;
  readonly path: string;
  /** `null` when the target as a whole is meant. */
  readonly token: string | null;
  readonly secret: string | null;
  readonly actions: readonly ActionReport[];
  readonly waiting: readonly Waiting[];
}

export interface PassSummary {
  readonly lineages: number;
  readonly create: number;
  readonly rotate: number;
  readonly delete: number;
  readonly keep: number;
  readonly report: number;
  readonly failed: number;
}

export interface PassReport {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly lineages: readonly LineageReport[];
  readonly summary: PassSummary;
  /** About the pass as a whole, e.g. that ListSecrets was denied. */
  readonly warnings: readonly string[];
  /** The access token that the program itself used; absent when GitLab did not say. */
  readonly accessToken?: AccessToken | undefined;
}

/** What a pass tells while it runs, for progress and log lines. */
export type PassEvent =
  | { readonly kind: "observing"; readonly done: number; readonly total: number }
  | { readonly kind: "observed"; readonly lineages: number; readonly changes: number }
  | { readonly kind: "started"; readonly lineage: LineageReport; readonly action: Action }
  | { readonly kind: "finished"; readonly lineage: LineageReport; readonly action: ActionReport }
  | { readonly kind: "warning"; readonly message: string }
  /** GitLab's rate limit lets nothing through until then; `undefined` once it is over. */
  | { readonly kind: "waiting"; readonly until: Date | undefined };
