import type { AuditReport, AuditSeverity } from "../model/audit.ts";
import { fingerprint } from "./audit-fingerprint.ts";
import { fullMessage } from "./audit-place.ts";

export interface Where {
  /** The policy, relative to the repository's root, with forward slashes. */
  readonly artifact: string;
  readonly instance: string;
}

interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "critical" | "major" | "minor";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const SEVERITY = {
  high: "critical",
  medium: "major",
  low: "minor",
} as const satisfies Record<AuditSeverity, CodeQualityIssue["severity"]>;

/** GitLab's own format, for `artifacts: reports: codequality`. */
export const auditCodeQuality = (
  report: AuditReport,
  { artifact, instance }: Where,
): readonly CodeQualityIssue[] =>
  report.findings.map((finding) => ({
    description: fullMessage(finding),
    check_name: finding.code,
    fingerprint: fingerprint(instance, finding),
    severity: SEVERITY[finding.severity],
    location: { path: artifact, lines: { begin: finding.position.line } },
  }));
