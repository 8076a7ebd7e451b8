import type { ActionKind, ActionReport, LineageReport, PassReport } from "../model/report.ts";
import {
  type Counted,
  errorText,
  isChange,
  labelled,
  lineageTitle,
  SYMBOLS,
  warningText,
} from "./action-text.ts";
import { tableLines } from "./table.ts";
import { dateTime, paint, relativeTime, type Style, safeText, wrap } from "./text.ts";

/** What a pass has done: a table, then what failed, then the sums. Kept tokens are only counted. */
export const renderApply = (report: PassReport, style: Style): string => {
  const all = report.lineages.flatMap(notable);
  const rows = all.filter(({ action }) => isChange(action.action) || hasFailed(action));
  return [
    rows.length === 0 ? "" : table(rows, report.finishedAt, style),
    failures(all, style),
    reports(all, style),
    warningText(report.warnings, style),
    summaryText(all, report, style),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};

/** Of a large estate's kept tokens not even a list is made. */
const notable = (lineage: LineageReport): Counted[] =>
  lineage.actions
    .filter((action) => action.action !== "keep" || hasFailed(action))
    .map((action) => ({ action, lineage }));

const hasFailed = ({ result, error }: ActionReport): boolean => result === "failed" || error !== undefined;

const HEAD = ["target", "token", "action", "result", "new id", "next"] as const;
type Row = readonly [string, string, string, string, string, string];

const row = ({ action, lineage }: Counted, at: Date): Row => [
  `${lineage.kind} ${safeText(lineage.path)}`,
  lineage.token === null ? "" : safeText(lineage.token),
  `${SYMBOLS[action.action]} ${action.action}`,
  action.result ?? "",
  action.newTokenId === undefined ? "" : String(action.newTokenId),
  next(action, at),
];

/** The day on which something happens to it by itself. */
const next = ({ action, renewsAt, expiresAt }: ActionReport, at: Date): string => {
  if (action === "delete") return "";
  if (renewsAt && renewsAt <= at) return "due";
  if (renewsAt) return `renews ${day(renewsAt)}`;
  return expiresAt ? `expires ${day(expiresAt)}` : "";
};

const day = (time: Date): string => time.toISOString().slice(0, 10);

const table = (shown: readonly Counted[], at: Date, style: Style): string =>
  tableLines({ head: HEAD, rows: shown.map((one) => row(one, at)), elastic: [0, 1] }, style, (line, index) =>
    paintRow(line, shown[index]?.action, style),
  ).join("\n");

const RESULT_COLORS = { done: "green", failed: "red", skipped: "yellow" } as const;

const paintRow = (line: string, action: ActionReport | undefined, style: Style): string =>
  action?.result === undefined ? line : paint(style, RESULT_COLORS[action.result], line);

const failures = (shown: readonly Counted[], style: Style): string =>
  shown
    .filter(({ action }) => hasFailed(action))
    .map(({ action, lineage }) => {
      const doing = action.action === "report" ? "" : `${action.action} for `;
      const title = `${doing}${lineageTitle(lineage)}`;
      const what = errorText(action) || `${safeText(action.message)} (${action.reason})`;
      return `${labelled("Failed:", title, { style, color: "red" })}\n${wrap(what, style.columns, "  ")}`;
    })
    .join("\n");

const reports = (shown: readonly Counted[], style: Style): string =>
  shown
    .filter(({ action }) => action.action === "report" && !hasFailed(action))
    .map(({ action, lineage }) => {
      const what = `${safeText(action.message)} (${action.reason})`;
      const title = labelled("Look at:", lineageTitle(lineage), { style, color: "magenta" });
      return `${title}\n${wrap(what, style.columns, "  ")}`;
    })
    .join("\n");

const DONE = { create: "created", rotate: "rotated", delete: "deleted" } as const;

/** Counts what was done; the report's own sums say what was meant to be. */
const summaryText = (
  all: readonly Counted[],
  { lineages, summary, startedAt }: PassReport,
  style: Style,
): string => {
  const withResult = (result: ActionReport["result"], kind?: ActionKind): number =>
    all.filter(({ action }) => action.result === result && (kind ?? action.action) === action.action).length;
  const done = Object.entries(DONE).map(
    ([kind, word]) => `${withResult("done", kind as ActionKind)} ${word}`,
  );
  const skipped = withResult("skipped") > 0 ? [`${withResult("skipped")} skipped`] : [];
  const rest = [`${summary.keep} kept`, `${summary.report} to look at`];
  const { failed } = summary;
  const verdict = failed > 0 ? `Apply finished, ${failed} failed:` : "Apply complete:";
  const counts = `${[...done, ...skipped, ...rest].join(", ")}.`;
  const text = nextRenewal(lineages, startedAt);
  return labelled(verdict, `${counts}${text}`, { style, color: failed > 0 ? "red" : "green" });
};

const nextRenewal = (lineages: readonly LineageReport[], from: Date): string => {
  let first: { readonly at: Date; readonly lineage: LineageReport } | undefined;
  for (const lineage of lineages)
    for (const { renewsAt } of lineage.actions)
      if (renewsAt !== undefined && (first === undefined || renewsAt < first.at))
        first = { at: renewsAt, lineage };
  return first === undefined
    ? ""
    : ` Next renewal: ${lineageTitle(first.lineage)}, ${dateTime(first.at)} (${relativeTime(first.at, from)}).`;
};
