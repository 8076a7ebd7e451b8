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

/** One thing that somebody should look at. */
export interface AuditFinding {
  readonly code: AuditCode;
  readonly severity: "high" | "medium" | "low";
  /** Absent, like the id and the path, where nobody can tell whose token it is. */
  readonly kind: TargetKind | undefined;
  readonly targetId: number | undefined;
  readonly path: string | undefined;
  readonly token: string | null;
  readonly tokenId: number | undefined;
  readonly secret: string | null;
  readonly message: string;
}
