import type { PassAction, PassRecord } from "../model/history.ts";
import type { ActionReport, LineageReport, PassReport } from "../model/report.ts";

/** Kept tokens are most of an estate, and nothing happened to them; what merely waits is in the status. */
const isWorthRemembering = ({ action, result, error }: ActionReport): boolean =>
  action !== "keep" && (result !== undefined || error !== undefined);

const remembered = ({ kind, path, token }: LineageReport, action: ActionReport): PassAction => ({
  kind,
  path,
  token,
  action: action.action,
  reason: action.reason,
  message: action.message,
  ...(action.tokenId !== undefined && { tokenId: action.tokenId }),
  ...(action.newTokenId !== undefined && { newTokenId: action.newTokenId }),
  ...(action.expiresAt && { expiresAt: action.expiresAt }),
  ...(action.result && { result: action.result }),
  ...(action.error && { error: action.error }),
});

/** What is remembered of a pass that was carried out. */
export const recordOf = (pass: PassReport): PassRecord => ({
  startedAt: pass.startedAt,
  finishedAt: pass.finishedAt,
  summary: pass.summary,
  warnings: pass.warnings,
  actions: pass.lineages.flatMap((lineage) =>
    lineage.actions.filter(isWorthRemembering).map((action) => remembered(lineage, action)),
  ),
  error: undefined,
});

const NOTHING = { lineages: 0, create: 0, rotate: 0, delete: 0, keep: 0, report: 0, failed: 0 };

/** What is remembered of a pass that did not take place. */
export const failedPass = (startedAt: Date, finishedAt: Date, error: unknown): PassRecord => ({
  startedAt,
  finishedAt,
  summary: { ...NOTHING, failed: 1 },
  warnings: [],
  actions: [],
  error: error instanceof Error ? error.message : String(error),
});
