import type { ActionReport, LineageReport, PassReport, Reason } from "../model/report.ts";
import {
  LINEAGE_STATES,
  type LineageState,
  type LineageStatus,
  type StatusReport,
  type StatusSummary,
} from "../model/status.ts";
import { dateTime } from "../model/words.ts";
import { accessTokenWarning } from "./access-token.ts";

/** Reports that leave a lineage as well off as it was: the policy asked for no more. */
const HARMLESS = new Set<Reason>(["Existing", "Removed", "SecretRenamed", "TagsRestored", "Unrecognised"]);
/** Something is left alive that should be gone, and nobody but people can tell why. */
const ALARMING = new Set<Reason>(["Leaked"]);

const hasFailed = ({ result, error }: ActionReport): boolean => result === "failed" || error !== undefined;

const stateOfReport = (action: ActionReport): LineageState | undefined => {
  if (ALARMING.has(action.reason)) return "failing";
  if (action.reason === "InProgress") return "in-progress";
  return HARMLESS.has(action.reason) ? undefined : "conflict";
};

const stateOfAction = (action: ActionReport): LineageState | undefined => {
  // A conflict that kept a due lineage from being rotated counts as failed, and is one all the same.
  if (action.action === "report" && action.error === undefined && action.reason !== "TargetFailed")
    return stateOfReport(action);
  if (hasFailed(action)) return "failing";
  const changes = action.action === "create" || action.action === "rotate";
  return changes && action.result !== "done" ? "due" : undefined;
};

const urgency = (state: LineageState): number => LINEAGE_STATES.indexOf(state);

const isMain = ({ action, reason }: ActionReport): boolean =>
  action !== "delete" &&
  !["DeletionHeldBack", "Leaked", "SecretRenamed", "TagsRestored", "Unrecognised"].includes(reason);

/** Why it was rotated is no longer so once it was. */
const settled = (main: ActionReport): Pick<ActionReport, "reason" | "message" | "error"> =>
  main.result === "done" && main.renewsAt !== undefined
    ? { reason: "Healthy", message: `healthy; to be renewed on ${dateTime(main.renewsAt)}` }
    : main;

/** What a pass, planned or carried out, found of one lineage. */
export const lineageStatus = (lineage: LineageReport): LineageStatus | undefined => {
  const { actions, waiting } = lineage;
  const main =
    actions.find((action) => action.action !== "report" && action.action !== "delete") ??
    actions.find(isMain) ??
    actions[0];
  if (main === undefined) return undefined;
  const judged = actions
    .flatMap((action) => {
      const state = stateOfAction(action);
      return state === undefined ? [] : [{ state, action }];
    })
    .sort((one, other) => urgency(one.state) - urgency(other.state))[0];
  const goes = actions.some(
    ({ action, reason, result }) => action === "delete" && reason === "Superseded" && result !== "done",
  );
  const state = judged?.state ?? (waiting.length > 0 || goes ? "overlapping" : "healthy");
  const said = judged?.action ?? settled(main);
  return {
    kind: lineage.kind,
    targetId: lineage.targetId,
    path: lineage.path,
    token: lineage.token,
    state,
    reason: said.reason,
    message: said.message,
    secret: lineage.secret,
    tokenId: main.result === "done" ? main.newTokenId : main.tokenId,
    expiresAt: main.expiresAt,
    renewsAt: main.renewsAt,
    waiting,
    error: said.error,
  };
};

const expiry = ({ expiresAt }: LineageStatus): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;

/** The most urgent first: by state, then by what expires soonest. */
export const byUrgency = (one: LineageStatus, other: LineageStatus): number =>
  urgency(one.state) - urgency(other.state) ||
  expiry(one) - expiry(other) ||
  one.path.localeCompare(other.path) ||
  (one.token ?? "").localeCompare(other.token ?? "");

export const summariseStates = (lineages: readonly LineageStatus[]): StatusSummary => {
  const summary = Object.fromEntries(LINEAGE_STATES.map((state) => [state, 0])) as Record<
    LineageState,
    number
  >;
  for (const { state } of lineages) summary[state] += 1;
  return summary;
};

/** The one model behind `status`, the page, the metrics and the digest: a pass seen lineage by lineage. */
export const statusOf = (pass: PassReport): StatusReport => {
  const lineages = pass.lineages.flatMap((lineage) => lineageStatus(lineage) ?? []).sort(byUrgency);
  return {
    at: pass.finishedAt,
    lineages,
    summary: summariseStates(lineages),
    // The access token speaks for itself.
    warnings: pass.warnings.filter(
      (warning) => warning !== accessTokenWarning(pass.accessToken, pass.finishedAt),
    ),
    accessToken: pass.accessToken,
  };
};

/** What somebody asked to see; absent parts let everything through. */
export interface StatusFilter {
  readonly path?: ((path: string) => boolean) | undefined;
  readonly token?: ((name: string) => boolean) | undefined;
  readonly states?: readonly LineageState[] | undefined;
}

/** A target that could not be read is shown whatever token is asked for: it may hold it. */
export const filterStatus = (status: StatusReport, { path, token, states }: StatusFilter): StatusReport => {
  const lineages = status.lineages.filter(
    (one) =>
      (path?.(one.path) ?? true) &&
      (one.token === null || (token?.(one.token) ?? true)) &&
      (states?.includes(one.state) ?? true),
  );
  return { ...status, lineages, summary: summariseStates(lineages) };
};
