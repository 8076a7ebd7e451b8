import type { AccessToken } from "../model/access-token.ts";
import type { AuditFinding } from "../model/audit.ts";
import type { Concern } from "../model/digest.ts";
import { DAY } from "../model/duration.ts";
import { RotatorError } from "../model/errors.ts";
import type { PassAction } from "../model/history.ts";
import type { LineageStatus, StatusReport } from "../model/status.ts";
import { accessTokenConcern } from "./access-token-concern.ts";

/** What is known once a pass has ended, well or not. */
export interface Situation {
  /** Absent when the pass failed as a whole: nothing was seen. */
  readonly status: StatusReport | undefined;
  readonly error: unknown;
  /** Absent when nobody looked. */
  readonly findings: readonly AuditFinding[] | undefined;
  /** The newest that is known: GitLab no longer describes a token that has expired. */
  readonly accessToken: AccessToken | undefined;
  readonly done: readonly PassAction[];
}

export interface Concerns {
  readonly concerns: readonly Concern[];
  /** Whether a concern of before that is not among them may still be there: nobody could look, or it is not over. */
  readonly isUndecided: (concern: Pick<Concern, "kind" | "key" | "target">) => boolean;
}

const CRITICAL_WITHIN = 3 * DAY;

/** Everything that needs someone. */
export const concernsOf = (situation: Situation, now: Date): Concerns => {
  const { status, findings, accessToken } = situation;
  const lineages = status?.lineages ?? [];
  const open = new Set(lineages.filter((each) => !isSettled(each) && !isBad(each)).map(lineageKey));
  const unread = lineages.filter((each) => each.token === null && isBad(each));
  const present = new Set(lineages.map(lineageKey));
  return {
    concerns: [
      ...(status === undefined ? [passConcern(situation.error)] : []),
      ...(accessTokenConcern(accessToken, now) ?? []),
      ...(status?.warnings ?? []).map(warningConcern),
      ...lineages.filter(isBad).map((lineage) => lineageConcern(lineage, now)),
      ...(findings ?? []).filter(({ code }) => code === "ExpiresSoon").map(findingConcern),
    ],
    isUndecided: ({ kind, key, target }) => {
      switch (kind) {
        case "lineage":
          if (status === undefined || open.has(key)) return true;
          return !present.has(key) && unread.some((each) => mayHide(each, target));
        case "uncovered":
          return findings === undefined;
        case "access-token":
          return accessToken === undefined;
        case "warning":
          return status === undefined;
        case "pass":
          return false;
        default:
          return kind satisfies never;
      }
    },
  };
};

/** A pass that was stopped tells nothing about what it did not reach. */
const isBad = ({ state, error }: LineageStatus): boolean =>
  (state === "failing" || state === "conflict") && error?.code !== "ERR_STOPPED";

/** Fine again; what is in progress or due has not shown yet how it ends. */
const isSettled = ({ state }: LineageStatus): boolean => state === "healthy" || state === "overlapping";

const lineageKey = ({ kind, targetId, path, token }: LineageStatus): string =>
  JSON.stringify(["lineage", kind, targetId ?? path, token]);

/**
 * Whether what is not seen may be there all the same. Only where it would have stood: a target that is gone for good
 * must not keep every other one's concerns open for ever. A target that the policy names by id has no path yet.
 */
const mayHide = (unread: LineageStatus, target: Concern["target"]): boolean => {
  if (target === undefined) return true;
  const [at, path] = [unread.path.toLowerCase(), target.path.toLowerCase()];
  if (unread.kind === target.kind)
    return (
      at === path || at === String(target.id) || (target.id !== undefined && unread.targetId === target.id)
    );
  return unread.kind === "group" && (path.startsWith(`${at}/`) || /^\d+$/.test(at));
};

const lineageConcern = (lineage: LineageStatus, now: Date): Concern => {
  const { kind, targetId, path, token, state, reason, message, error, tokenId, expiresAt } = lineage;
  const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();
  const severity = reason === "Leaked" || left <= CRITICAL_WITHIN ? "critical" : "warning";
  return {
    key: lineageKey(lineage),
    fingerprint: [severity, state, reason, error?.code].join(" "),
    severity,
    kind: "lineage",
    reason,
    errorCode: error?.code,
    target: { kind, id: targetId, path },
    token,
    tokenId,
    expiresAt,
    message: error === undefined ? message : `${error.message} (${message})`,
    repeats: true,
  };
};

const findingConcern = (finding: AuditFinding): Concern => ({
  key: JSON.stringify([
    "uncovered",
    finding.kind ?? null,
    finding.targetId ?? finding.path ?? null,
    finding.token,
    finding.tokenId ?? null,
  ]),
  fingerprint: finding.severity,
  severity: "warning",
  kind: "uncovered",
  reason: finding.code,
  errorCode: undefined,
  target:
    finding.kind && finding.path !== undefined
      ? { kind: finding.kind, id: finding.targetId, path: finding.path }
      : undefined,
  token: finding.token,
  tokenId: finding.tokenId,
  expiresAt: undefined,
  message: finding.message,
  repeats: true,
});

const OF_THE_WHOLE = {
  errorCode: undefined,
  target: undefined,
  token: null,
  tokenId: undefined,
  expiresAt: undefined,
  repeats: true,
} as const;

/** A number in it may differ from pass to pass, and is no news. */
const warningConcern = (message: string): Concern => ({
  ...OF_THE_WHOLE,
  key: JSON.stringify(["warning", message.replaceAll(/\d+/g, "#")]),
  fingerprint: "",
  severity: "warning",
  kind: "warning",
  reason: "PassWarning",
  message,
});

/** Of an error that is not ours the text might hold anything. */
const passConcern = (error: unknown): Concern => {
  const isOurs = error instanceof RotatorError;
  const name = error instanceof Error ? error.name : typeof error;
  const code = isOurs ? error.code : "ERR_INTERNAL";
  return {
    ...OF_THE_WHOLE,
    key: JSON.stringify(["pass"]),
    fingerprint: isOurs ? code : `${code} ${name}`,
    severity: "critical",
    kind: "pass",
    reason: "PassFailed",
    errorCode: code,
    message: isOurs ? error.message : `an unexpected error (${name}): the log has more; please report this`,
  };
};
