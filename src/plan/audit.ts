import {
  AUDIT_SEVERITIES,
  type AuditReport,
  type AuditSummary,
  type LocatedFinding,
} from "../model/audit.ts";
import { AUDIT_ORDER } from "../model/audit-rules.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription } from "../model/ports.ts";
import type { Inventory, InventoryTarget } from "./audit-inventory.ts";
import { lineageFindings } from "./audit-lineage.ts";
import { targetKey } from "./audit-scope.ts";
import { secretFindings } from "./audit-secrets.ts";
import { looseTokens } from "./audit-tokens.ts";
import { unplacedFindings } from "./audit-unplaced.ts";
import type { SafetySettings } from "./lineage.ts";

export interface AuditInput {
  readonly inventory: Inventory;
  readonly safety: SafetySettings;
  readonly policyFile: string;
  readonly now: Date;
}

const bySeverity = (one: LocatedFinding, other: LocatedFinding): number =>
  AUDIT_SEVERITIES.indexOf(one.severity) - AUDIT_SEVERITIES.indexOf(other.severity) ||
  AUDIT_ORDER.indexOf(one.code) - AUDIT_ORDER.indexOf(other.code) ||
  (one.path ?? "").localeCompare(other.path ?? "") ||
  (one.token ?? "").localeCompare(other.token ?? "") ||
  (one.tokenId ?? 0) - (other.tokenId ?? 0);

export const summariseFindings = (
  findings: readonly LocatedFinding[],
  { targets, tokens, secrets, unread }: Pick<AuditSummary, "targets" | "tokens" | "secrets" | "unread">,
): AuditSummary => {
  const count = (severity: LocatedFinding["severity"]): number =>
    findings.filter((each) => each.severity === severity).length;
  return {
    findings: findings.length,
    filteredOut: 0,
    high: count("high"),
    medium: count("medium"),
    low: count("low"),
    targets,
    tokens,
    secrets,
    unread,
  };
};

const isLookedInto =
  ({ instance }: Inventory) =>
  ({ through }: InventoryTarget): boolean =>
    through === "policy" || instance !== undefined;

const secretsByTarget = ({ secrets }: Inventory): ReadonlyMap<string, readonly SecretDescription[]> => {
  const found = new Map<string, SecretDescription[]>();
  for (const secret of secrets) {
    const lineage = decodeLineageTag(secret.tags[LINEAGE_TAG] ?? "");
    if (lineage === undefined) continue;
    const key = targetKey({ kind: lineage.kind, id: lineage.targetId });
    const list = found.get(key);
    if (list === undefined) found.set(key, [secret]);
    else list.push(secret);
  }
  return found;
};

/** The whole audit: a pure function of what there is, of the policy, and of the time. */
export const audit = ({ inventory, safety, policyFile, now }: AuditInput): AuditReport => {
  const targets = inventory.targets.filter(isLookedInto(inventory));
  const secrets = secretsByTarget(inventory);
  const findings = [
    ...targets.flatMap((target) => [
      ...target.lineages.flatMap((lineage) => lineageFindings(lineage, target.tokens ?? [], { safety, now })),
      ...looseTokens(target, secrets.get(targetKey(target.target)) ?? [], now),
    ]),
    ...secretFindings(inventory, now, policyFile),
    ...unplacedFindings(inventory, now, policyFile),
  ].sort(bySeverity);
  const ids = [...targets.flatMap(({ tokens }) => tokens ?? []), ...(inventory.instance ?? [])];
  return {
    at: now,
    scope: inventory.instance === undefined ? "policy" : "instance",
    findings,
    summary: summariseFindings(findings, {
      targets: targets.length,
      tokens: new Set(ids.map(({ id }) => id)).size,
      secrets: inventory.secrets.length,
      unread: inventory.problems.length,
    }),
    warnings: inventory.problems,
  };
};
