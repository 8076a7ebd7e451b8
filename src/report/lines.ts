import type { ActionKind, ActionReport, LineageReport, PassEvent, PassReport } from "../model/report.ts";

export interface LogLine {
  readonly level: "error" | "warn" | "info" | "debug";
  /** Always the same words for the same event, so that people can search and count; what differs is in the fields. */
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The log line of an event; `undefined` for those that only move a progress display. */
export const eventLine = (event: PassEvent): LogLine | undefined => {
  switch (event.kind) {
    case "observing":
    case "waiting":
      return undefined;
    case "observed":
      return {
        level: "info",
        message: "targets observed",
        fields: { lineages: event.lineages, changes: event.changes },
      };
    case "started":
      return {
        level: "debug",
        message: "action started",
        fields: actionFields(event.lineage, event.action),
      };
    case "finished":
      return finishedLine(event.lineage, event.action);
    case "warning":
      return { level: "warn", message: "pass warning", fields: { detail: event.message } };
    default:
      return event satisfies never;
  }
};

/** The one line that closes a pass. */
export const summaryLine = (report: PassReport): LogLine => ({
  level: report.summary.failed > 0 ? "error" : "info",
  message: report.summary.failed > 0 ? "pass finished with failures" : "pass finished",
  fields: { ...report.summary, milliseconds: report.finishedAt.getTime() - report.startedAt.getTime() },
});

const DONE = {
  create: "token created",
  rotate: "token rotated",
  delete: "token deleted",
  keep: "token kept",
  report: "token to look at",
} as const satisfies Record<ActionKind, string>;

const finishedLine = (lineage: LineageReport, action: ActionReport): LogLine => {
  const fields = actionFields(lineage, action);
  if (action.result === "failed" || action.error !== undefined)
    return { level: "error", message: "action failed", fields };
  if (action.result === "skipped") return { level: "warn", message: "action skipped", fields };
  return { level: LEVELS[action.action], message: DONE[action.action], fields };
};

/** Kept tokens are most of an estate, and nothing happened to them. */
const LEVELS = {
  create: "info",
  rotate: "info",
  delete: "info",
  keep: "debug",
  report: "warn",
} as const satisfies Record<ActionKind, LogLine["level"]>;

const actionFields = (lineage: LineageReport, action: ActionReport): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries({
      kind: lineage.kind,
      targetId: lineage.targetId,
      path: lineage.path,
      token: lineage.token ?? undefined,
      secret: lineage.secret ?? undefined,
      action: action.action,
      reason: action.reason,
      detail: action.message,
      tokenId: action.tokenId,
      newTokenId: action.newTokenId,
      expiresAt: action.expiresAt?.toISOString(),
      renewsAt: action.renewsAt?.toISOString(),
      keptFromRotating: action.keptFromRotating,
      result: action.result,
      error: action.error,
    }).filter(([, value]) => value !== undefined),
  );
