import type { AuditCode, AuditReport, AuditSeverity, LocatedFinding } from "../model/audit.ts";
import { AUDIT_RULES } from "../model/audit-rules.ts";
import { labelled } from "./action-text.ts";
import { placeOf } from "./audit-place.ts";
import { count, paint, type Style, safeText, textWidth, truncate, wrap } from "./text.ts";

const MIN_COLUMNS = 80;
const GAP = 2;
/** One endless name must not drive everybody's columns apart. */
const MAX_TOKEN = 40;
/** Where a whole group is hidden from us, each of its projects fails in the same words. */
const MAX_WARNINGS = 10;

const COLORS = { high: "red", medium: "yellow", low: "cyan" } as const satisfies Record<
  AuditSeverity,
  string
>;

/** What an audit found, a table for each code, the most severe first, then a sum. */
export const renderAudit = (report: AuditReport, given: Style): string => {
  const style = { ...given, columns: Math.max(MIN_COLUMNS, given.columns) };
  return [
    ...groupsOf(report.findings).map((group) => table(group, style)),
    warnings(report, style),
    sum(report, style),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};

interface Group {
  readonly code: AuditCode;
  readonly severity: AuditSeverity;
  readonly findings: LocatedFinding[];
}

const groupsOf = (findings: readonly LocatedFinding[]): readonly Group[] => {
  const groups: Group[] = [];
  for (const finding of findings) {
    const { code, severity } = finding;
    const last = groups.at(-1);
    if (last?.code === code && last.severity === severity) last.findings.push(finding);
    else groups.push({ code, severity, findings: [finding] });
  }
  return groups;
};

type Cells = readonly [target: string, token: string, id: string];

const cellsOf = (finding: LocatedFinding): Cells => [
  placeOf(finding),
  finding.token === null ? "" : safeText(finding.token),
  finding.tokenId === undefined ? "" : String(finding.tokenId),
];

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);

const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - textWidth(text)));

const table = (group: Group, style: Style): string => {
  const { code, severity, findings } = group;
  const { title, advice } = AUDIT_RULES[code];
  const label = severity.toUpperCase().padEnd("MEDIUM".length);
  const indent = " ".repeat(label.length + GAP);
  const head = `${paint(style, ["bold", COLORS[severity]], label)}  ${paint(style, "bold", code)}: ${title}`;
  const rows = findings.map((finding) => ({ cells: cellsOf(finding), detail: safeText(finding.detail) }));
  const widths = narrow(
    rows.map(({ cells }) => cells),
    style.columns,
  );
  const beside = style.columns - widths.reduce((all, width) => all + width + GAP, GAP);
  const fits = widest(rows.map(({ detail }) => detail)) <= beside;
  return [
    head,
    wrap(`(${findings.length}) ${advice}`, style.columns, indent),
    ...rows.map(({ cells, detail }) => row(cells, { widths, detail, fits }, style)),
  ].join("\n");
};

/** Only the two columns of free length give way, so that no id is ever cut. */
const narrow = (rows: readonly Cells[], columns: number): readonly number[] => {
  const column = (index: 0 | 1 | 2): number => widest(rows.map((cells) => cells[index]));
  const [target, token, id] = [column(0), Math.min(column(1), MAX_TOKEN), column(2)];
  const room = columns - id - GAP * 3;
  const tokenRoom = Math.min(token, Math.max(Math.floor(room * 0.4), room - target));
  return [Math.min(target, room - tokenRoom), tokenRoom, id];
};

const row = (
  cells: Cells,
  {
    widths,
    detail,
    fits,
  }: { readonly widths: readonly number[]; readonly detail: string; readonly fits: boolean },
  style: Style,
): string => {
  const line = cells
    .map((cell, index) => pad(truncate(cell, widths[index] ?? 0), widths[index] ?? 0))
    .join(" ".repeat(GAP));
  const first = `${" ".repeat(GAP)}${line}`;
  if (fits) return `${first}${" ".repeat(GAP)}${paint(style, "gray", detail)}`;
  const below = wrap(detail, style.columns, " ".repeat(GAP * 2))
    .split("\n")
    .map((each) => paint(style, "gray", each));
  return [first.trimEnd(), ...below].join("\n");
};

const warnings = (report: AuditReport, style: Style): string => {
  const shown = report.warnings.slice(0, MAX_WARNINGS);
  const rest = report.warnings.length - shown.length;
  const more = rest > 0 ? [`${rest} more; --json lists them all`] : [];
  return [...shown, ...more]
    .map((warning) => labelled("Warning:", safeText(warning), { style, color: "yellow" }))
    .join("\n");
};

const SCOPE = {
  policy: "the policy's targets and all that lies below its groups",
  instance: "the whole instance",
} as const satisfies Record<AuditReport["scope"], string>;

const sum = ({ summary, scope }: AuditReport, style: Style): string => {
  const { findings, high, medium, low, targets, tokens, secrets, unread, filteredOut } = summary;
  const label = findings === 0 ? "No findings." : `${count(findings, "finding")}:`;
  const severities = findings === 0 ? "" : `${high} high, ${medium} medium, ${low} low. `;
  const hidden = filteredOut === 0 ? "" : `${filteredOut} more were left out by the filters. `;
  const looked = `Looked at ${count(tokens, "token")} of ${count(targets, "target")} and ${count(secrets, "secret")} (${SCOPE[scope]}).`;
  const missed = unread === 0 ? "" : ` ${count(unread, "thing")} could not be read: see the warnings.`;
  const color = high > 0 ? "red" : findings + unread > 0 ? "yellow" : "green";
  return labelled(label, `${severities}${hidden}${looked}${missed}`, { style, color });
};
