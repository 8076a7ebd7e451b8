import type { AuditReport, AuditSeverity, LocatedFinding } from "../model/audit.ts";
import { AUDIT_ORDER, AUDIT_RULES } from "../model/audit-rules.ts";
import type { Where } from "./audit-code-quality.ts";
import { fingerprint } from "./audit-fingerprint.ts";
import { fullMessage, placeOf } from "./audit-place.ts";
import { safeText } from "./text.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const LEVEL = { high: "error", medium: "warning", low: "note" } as const satisfies Record<
  AuditSeverity,
  string
>;

/** Names are other people's text: brackets would make a link of them, and braces a placeholder. */
const sarifText = (text: string): string =>
  safeText(text)
    .replaceAll(/[\\[\]]/g, "\\$&")
    .replaceAll(/[{}]/g, "$&$&");

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

const rules = AUDIT_ORDER.map((code) => ({
  id: code,
  name: code,
  shortDescription: { text: sentence(AUDIT_RULES[code].title) },
  help: { text: sentence(AUDIT_RULES[code].advice) },
  properties: { tags: ["security"] },
}));

/** An absolute path as a file URI, a relative one as it is, both percent-encoded. */
const uriOf = (path: string): string => {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
};

const resultOf = (finding: LocatedFinding, { artifact, instance }: Where): object => {
  const { position, token, tokenId, secret } = finding;
  const place = [placeOf(finding), token === null ? "" : `token ${safeText(token)}`].filter(Boolean);
  return {
    ruleId: finding.code,
    ruleIndex: AUDIT_ORDER.indexOf(finding.code),
    level: LEVEL[finding.severity],
    message: { text: sarifText(fullMessage(finding)) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(artifact) },
          region: { startLine: position.line, startColumn: position.column },
        },
        logicalLocations: [{ fullyQualifiedName: place.join(", "), kind: "resource" }],
      },
    ],
    partialFingerprints: { "deployTokenRotator/v1": fingerprint(instance, finding) },
    properties: {
      severity: finding.severity,
      ...(tokenId === undefined ? {} : { tokenId }),
      ...(secret === null ? {} : { secret }),
    },
  };
};

/** SARIF 2.1.0: one run, a rule for each code, the policy as the artifact. */
export const auditSarif = (
  report: AuditReport,
  { version, ...where }: Where & { readonly version: string },
): object => ({
  $schema: SCHEMA,
  version: "2.1.0",
  runs: [
    {
      tool: { driver: { name: "deploy-token-rotator", version, semanticVersion: version, rules } },
      columnKind: "utf16CodeUnits",
      invocations: [
        {
          executionSuccessful: report.summary.unread === 0,
          endTimeUtc: report.at.toISOString(),
          toolExecutionNotifications: report.warnings.map((warning) => ({
            level: "warning",
            message: { text: sarifText(warning) },
          })),
        },
      ],
      results: report.findings.map((finding) => resultOf(finding, where)),
    },
  ],
});
