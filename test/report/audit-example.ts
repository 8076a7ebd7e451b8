import type { AuditReport, LocatedFinding } from "../../src/model/audit.ts";
import { T0 } from "./example.ts";

export const aFinding = (more: Partial<LocatedFinding> = {}): LocatedFinding => ({
  code: "Uncovered",
  severity: "medium",
  kind: "project",
  targetId: 42,
  path: "platform/api",
  token: "by-hand",
  tokenId: 4711,
  secret: null,
  detail: "never expires",
  message: "not covered by this policy: never expires; name it in the policy",
  position: { file: "rotation.yaml", line: 7, column: 5 },
  ...more,
});

export const anAudit = (
  findings: readonly LocatedFinding[] = [aFinding()],
  more: Partial<Omit<AuditReport, "findings">> = {},
): AuditReport => ({
  at: T0,
  scope: "policy",
  findings,
  summary: {
    findings: findings.length,
    filteredOut: 0,
    high: findings.filter(({ severity }) => severity === "high").length,
    medium: findings.filter(({ severity }) => severity === "medium").length,
    low: findings.filter(({ severity }) => severity === "low").length,
    targets: 3,
    tokens: 12,
    secrets: 2,
    unread: more.warnings?.length ?? 0,
  },
  warnings: [],
  ...more,
});
