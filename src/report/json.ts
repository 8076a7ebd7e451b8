import type { PolicyIssue } from "../model/errors.ts";
import type { ActionReport, LineageReport, PassReport, PassSummary, Waiting } from "../model/report.ts";
import { safeText } from "./text.ts";

/** What `plan --json` and `apply --json` print. Scripts rely on every name in it. */
export interface PassDocument {
  readonly version: 1;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly lineages: Iterable<LineageDocument>;
  readonly summary: PassSummary;
  readonly warnings: readonly string[];
}

interface LineageDocument extends Pick<LineageReport, "kind" | "path" | "token" | "secret"> {
  readonly targetId: number | null;
  readonly actions: readonly ActionDocument[];
  readonly waiting: readonly WaitingDocument[];
}

interface ActionDocument
  extends Pick<
    ActionReport,
    "action" | "reason" | "message" | "tokenId" | "newTokenId" | "result" | "error"
  > {
  readonly expiresAt?: string;
  readonly renewsAt?: string;
}

interface WaitingDocument {
  readonly tokenId: number;
  readonly until: string | null;
  readonly message: string;
}

export const applyJson = (report: PassReport): PassDocument => document(report, actionDocument);

/** A plan has no results, but for what has already failed: a target that could not be resolved. */
export const planJson = (report: PassReport): PassDocument =>
  document(report, ({ result, ...action }) =>
    actionDocument(result === "failed" ? { ...action, result } : action),
  );

const document = (report: PassReport, actionOf: (action: ActionReport) => ActionDocument): PassDocument => ({
  version: 1,
  startedAt: report.startedAt.toISOString(),
  finishedAt: report.finishedAt.toISOString(),
  lineages: { [Symbol.iterator]: () => lineageDocuments(report.lineages, actionOf) },
  summary: summaryDocument(report.summary),
  warnings: report.warnings,
});

function* lineageDocuments(
  lineages: readonly LineageReport[],
  actionOf: (action: ActionReport) => ActionDocument,
): Generator<LineageDocument, void, undefined> {
  for (const lineage of lineages)
    yield {
      kind: lineage.kind,
      targetId: lineage.targetId ?? null,
      path: lineage.path,
      token: lineage.token,
      secret: lineage.secret,
      actions: lineage.actions.map(actionOf),
      waiting: lineage.waiting.map(waitingDocument),
    };
}

const actionDocument = (action: ActionReport): ActionDocument => ({
  action: action.action,
  reason: action.reason,
  message: action.message,
  ...(action.tokenId === undefined ? {} : { tokenId: action.tokenId }),
  ...(action.newTokenId === undefined ? {} : { newTokenId: action.newTokenId }),
  ...(action.expiresAt === undefined ? {} : { expiresAt: action.expiresAt.toISOString() }),
  ...(action.renewsAt === undefined ? {} : { renewsAt: action.renewsAt.toISOString() }),
  ...(action.result === undefined ? {} : { result: action.result }),
  ...(action.error === undefined
    ? {}
    : { error: { code: action.error.code, message: action.error.message } }),
});

const waitingDocument = ({ tokenId, until, message }: Waiting): WaitingDocument => ({
  tokenId,
  until: until?.toISOString() ?? null,
  message,
});

const summaryDocument = (summary: PassSummary): PassSummary => ({
  lineages: summary.lineages,
  create: summary.create,
  rotate: summary.rotate,
  delete: summary.delete,
  keep: summary.keep,
  report: summary.report,
  failed: summary.failed,
});

export interface ValidateDocument {
  readonly version: 1;
  readonly valid: boolean;
  readonly issues: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
}

/** What `validate --json` prints. */
export const validateJson = ({
  valid,
  issues,
  warnings,
}: Omit<ValidateDocument, "version">): ValidateDocument => ({
  version: 1,
  valid,
  issues: issues.map(issueDocument),
  warnings: warnings.map(issueDocument),
});

const issueDocument = ({ file, line, column, path, message }: PolicyIssue): PolicyIssue => ({
  file,
  line,
  column,
  path,
  message,
});

/** As text for stdout. A terminal may be reading it, so hidden characters are in JSON's own notation. */
export const jsonText = (document: object): string =>
  JSON.stringify(document, undefined, 2).split("\n").map(safeText).join("\n");

const EMPTY_LIST = '"lineages": []';

/** As `jsonText` would write it, a lineage at a time: of a large estate, the whole would fill the memory. */
export function* passJsonPieces(document: PassDocument): Generator<string, void, undefined> {
  const frame = jsonText({ ...document, lineages: [] });
  const cut = frame.indexOf(EMPTY_LIST) + EMPTY_LIST.length - 1;
  let before = "\n    ";
  yield frame.slice(0, cut);
  for (const lineage of document.lineages) {
    yield `${before}${jsonText(lineage).replaceAll("\n", "\n    ")}`;
    before = ",\n    ";
  }
  yield before.startsWith(",") ? `\n  ${frame.slice(cut)}` : frame.slice(cut);
}
