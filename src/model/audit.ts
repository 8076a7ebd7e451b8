import type { Position } from "./policy.ts";
import type { TargetKind } from "./target.ts";

/** What `audit` finds. Stable: pipelines rely on them. */
export const AUDIT_CODES = [
  "Uncovered",
  "NeverExpires",
  "ExpiresSoon",
  "ExpiredLeft",
  "RevokedLeft",
  "WriteScope",
  "Duplicate",
  "Stray",
  "CurrentTokenGone",
  "SecretWithoutPolicy",
  "Unplaced",
] as const;
export type AuditCode = (typeof AUDIT_CODES)[number];

/** The worst first. */
export const AUDIT_SEVERITIES = ["high", "medium", "low"] as const;
export type AuditSeverity = (typeof AUDIT_SEVERITIES)[number];

/** One thing that somebody should look at. */
export interface AuditFinding {
  readonly code: AuditCode;
  readonly severity: AuditSeverity;
  /** Absent, like the id and the path, where nobody can tell whose token it is. */
  readonly kind: TargetKind | undefined;
  readonly targetId: number | undefined;
  readonly path: string | undefined;
  readonly token: string | null;
  readonly tokenId: number | undefined;
  readonly secret: string | null;
  /** What is so, and what to do. */
  readonly message: string;
}

export interface LocatedFinding extends AuditFinding {
  /** What is particular to this one: the part of the message that others of the code do not share. */
  readonly detail: string;
  /** The entry of the policy that it has to do with. */
  readonly position: Position;
}

export interface AuditSummary extends Readonly<Record<AuditSeverity, number>> {
  readonly findings: number;
  /** Findings that the command's filters left out. */
  readonly filteredOut: number;
  /** How much was looked at. */
  readonly targets: number;
  readonly tokens: number;
  readonly secrets: number;
  /** What could not be looked at; each is told as a warning. */
  readonly unread: number;
}

export interface AuditReport {
  readonly at: Date;
  /** What was looked at: the policy's targets and all that is below its groups, or every token of the instance too. */
  readonly scope: "policy" | "instance";
  /** The worst first. */
  readonly findings: readonly LocatedFinding[];
  readonly summary: AuditSummary;
  readonly warnings: readonly string[];
}
