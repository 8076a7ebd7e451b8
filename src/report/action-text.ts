import type { styleText } from "node:util";
import type { ActionKind, ActionReport, LineageReport, PassSummary } from "../model/report.ts";
import { dateTime, paint, relativeTime, type Style, safeText, wrap } from "./text.ts";

export const SYMBOLS = {
  create: "+",
  rotate: "±",
  delete: "-",
  keep: "=",
  report: "!",
} as const satisfies Record<ActionKind, string>;

const COLORS = {
  create: "green",
  rotate: "yellow",
  delete: "red",
  keep: "gray",
  report: "magenta",
} as const satisfies Record<ActionKind, Parameters<typeof styleText>[0]>;

/** Whether it changes something in GitLab or in the store. */
export const isChange = (action: ActionKind): boolean => action !== "keep" && action !== "report";

export const symbol = (action: ActionKind, style: Style): string =>
  paint(style, COLORS[action], SYMBOLS[action]);

/** `project platform/api, token registry-pull` */
export const lineageTitle = (lineage: Pick<LineageReport, "kind" | "path" | "token">): string => {
  const target = `${lineage.kind} ${safeText(lineage.path)}`;
  return lineage.token === null ? target : `${target}, token ${safeText(lineage.token)}`;
};

/** `renewed 2026-12-25 03:00 UTC (in 32 days), expires 2027-01-24 03:00 UTC` */
export const lifeText = (action: Pick<ActionReport, "renewsAt" | "expiresAt">, from: Date): string => {
  const renews =
    action.renewsAt &&
    action.renewsAt > from &&
    `to be renewed ${dateTime(action.renewsAt)} (${relativeTime(action.renewsAt, from)})`;
  const expires = action.expiresAt && expiryText(action.expiresAt, from);
  return [renews, expires].filter((part) => part !== undefined && part !== false).join(", ");
};

const expiryText = (expiresAt: Date, from: Date): string =>
  `${expiresAt < from ? "expired" : "expires"} ${dateTime(expiresAt)} (${relativeTime(expiresAt, from)})`;

/** Empty when nothing failed. */
export const errorText = (action: ActionReport): string =>
  action.error === undefined ? "" : `${safeText(action.error.message)} (${action.error.code})`;

export interface Counted {
  readonly action: ActionReport;
  readonly lineage: LineageReport;
}

export const changes = (summary: PassSummary): number => summary.create + summary.rotate + summary.delete;

/** A paragraph that opens with a coloured label. */
export const labelled = (
  label: string,
  text: string,
  { style, color }: { readonly style: Style; readonly color: Parameters<typeof styleText>[0] },
): string =>
  `${paint(style, color, label)}${wrap(`${label} ${text}`, style.columns, "").slice(label.length)}`;

export const warningText = (warnings: readonly string[], style: Style): string =>
  warnings.map((warning) => labelled("Warning:", safeText(warning), { style, color: "yellow" })).join("\n");
