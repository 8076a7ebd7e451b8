import type {
  ActionKind,
  ActionReport,
  LineageReport,
  PassReport,
  PassSummary,
  Waiting,
} from "../model/report.ts";
import { changes, errorText, labelled, lifeText, lineageTitle, symbol, warningText } from "./action-text.ts";
import { paint, relativeTime, type Style, safeText, wrap } from "./text.ts";

/** What a pass would do and why, to be read by people. `startedAt` is the present that "in 32 days" counts from. */
export const renderPlan = (report: PassReport, style: Style): string =>
  [...planPieces(report, style)].join("");

/** The same, piece by piece. */
export function* planPieces(report: PassReport, style: Style): Generator<string, void, undefined> {
  let before = "";
  for (const part of parts(report, style)) {
    if (part === "") continue;
    yield `${before}${part}`;
    before = "\n\n";
  }
}

function* parts(report: PassReport, style: Style): Generator<string, void, undefined> {
  yield legend(report, style);
  for (const lineage of report.lineages) yield block(lineage, { style, from: report.startedAt });
  yield warningText(report.warnings, style);
  yield planLine(report.summary, style);
}

interface Context {
  readonly style: Style;
  readonly from: Date;
}

const LEGEND = {
  create: "create",
  rotate: "rotate",
  delete: "delete",
  keep: "keep",
  report: "look at",
} as const satisfies Record<ActionKind, string>;

const legend = (report: PassReport, style: Style): string => {
  if (report.lineages.length === 0) return "";
  const kinds = Object.entries(LEGEND) as [ActionKind, string][];
  return kinds.map(([kind, word]) => `  ${symbol(kind, style)} ${word}`).join(" ");
};

const block = (lineage: LineageReport, context: Context): string =>
  [
    heading(lineage, context.style),
    ...lineage.actions.map((action) => actionText(action, context)),
    ...lineage.waiting.map((waiting) => waitingText(waiting, context)),
  ].join("\n");

const heading = (lineage: LineageReport, style: Style): string => {
  const secret = lineage.secret === null ? "" : ` → ${safeText(lineage.secret)}`;
  return paintLines(wrap(`# ${lineageTitle(lineage)}${secret}`, style.columns, "  "), style);
};

const actionText = (action: ActionReport, context: Context): string => {
  const { style, from } = context;
  const subject = action.tokenId === undefined ? "" : ` token ${action.tokenId}`;
  const sentence = `${LEGEND[action.action]}${subject}: ${safeText(action.message)} (${action.reason})`;
  const failure = errorText(action);
  const first = wrap(sentence, style.columns, "    ").slice("    ".length);
  return [
    `  ${symbol(action.action, style)} ${first}`,
    detail(lifeText(action, from), style),
    failure === "" ? "" : paint(style, "red", wrap(`failed: ${failure}`, style.columns, "      ")),
  ]
    .filter((line) => line !== "")
    .join("\n");
};

const detail = (text: string, style: Style): string =>
  text === "" ? "" : wrap(text, style.columns, "      ");

const waitingText = (waiting: Waiting, { style, from }: Context): string => {
  const until = waiting.until === undefined ? "" : ` (${relativeTime(waiting.until, from)})`;
  return paint(style, "gray", wrap(`${safeText(waiting.message)}${until}`, style.columns, "    "));
};

const paintLines = (text: string, style: Style): string =>
  style.color
    ? text
        .split("\n")
        .map((line) => paint(style, "bold", line))
        .join("\n")
    : text;

const planLine = (summary: PassSummary, style: Style): string => {
  const parts = (Object.entries(LEGEND) as [ActionKind, string][])
    .filter(([kind]) => changes(summary) > 0 || kind === "keep" || kind === "report")
    .map(([kind, word]) => `${summary[kind]} to ${word}`);
  const failed = summary.failed > 0 ? [`${summary.failed} failed`] : [];
  const counts = `${[...parts, ...failed].join(", ")}.`;
  if (changes(summary) > 0) return labelled("Plan:", counts, { style, color: "bold" });
  const all = summary.lineages === 0 && summary.failed === 0 ? "The policy covers no deploy token." : counts;
  return labelled(summary.failed > 0 ? "Incomplete." : "No changes.", all, { style, color: "bold" });
};
