import type { AuditCode, AuditFinding, AuditReport, AuditSeverity, AuditSummary } from "../model/audit.ts";
import type { TargetKind } from "../model/target.ts";
import { fingerprint } from "./audit-fingerprint.ts";

/** What `audit --json` prints. Scripts rely on every name in it. */
export interface AuditDocument {
  readonly version: 1;
  readonly at: string;
  readonly scope: AuditReport["scope"];
  readonly findings: readonly FindingDocument[];
  readonly summary: AuditSummary;
  readonly warnings: readonly string[];
}

interface FindingDocument {
  readonly code: AuditCode;
  readonly severity: AuditSeverity;
  readonly kind: TargetKind | null;
  readonly targetId: number | null;
  readonly path: string | null;
  readonly token: string | null;
  readonly tokenId: number | null;
  readonly secret: string | null;
  readonly message: string;
  readonly fingerprint: string;
}

export const auditJson = (report: AuditReport, instance: string): AuditDocument => ({
  version: 1,
  at: report.at.toISOString(),
  scope: report.scope,
  findings: report.findings.map((finding) => findingDocument(finding, instance)),
  summary: report.summary,
  warnings: report.warnings,
});

const findingDocument = (finding: AuditFinding, instance: string): FindingDocument => ({
  code: finding.code,
  severity: finding.severity,
  kind: finding.kind ?? null,
  targetId: finding.targetId ?? null,
  path: finding.path ?? null,
  token: finding.token,
  tokenId: finding.tokenId ?? null,
  secret: finding.secret,
  message: finding.message,
  fingerprint: fingerprint(instance, finding),
});
