import { type DeployToken, hasExpired, isLive } from "../model/deploy-token.ts";
import { DAY } from "../model/duration.ts";
import type { Action, Waiting } from "../model/report.ts";
import { decodeVersionId } from "../model/version-id.ts";
import { names } from "./account.ts";
import type { Conflict, ConflictInput } from "./conflict.ts";
import { SKEW_TOLERANCE } from "./conflicts.ts";
import { minutes } from "./words.ts";

const HELD_BACK_AFTER = 7 * DAY;

export interface Deletions {
  readonly deletions: readonly Action[];
  readonly waiting: readonly Waiting[];
  readonly reports: readonly Action[];
}

/** A token that may go one day: from when on, and what else stands in the way. */
interface Candidate {
  readonly token: DeployToken;
  readonly reason: "Superseded" | "Stray";
  readonly message: string;
  /** When it should have been deleted, had nothing held it back. */
  readonly due: Date | undefined;
  /** Absent where no time can be told. */
  readonly from: Date | undefined;
  readonly barrier: string | undefined;
}

const later = (time: Date, milliseconds: number): Date => new Date(time.getTime() + milliseconds);
const latest = (...times: readonly Date[]): Date =>
  new Date(Math.max(...times.map((time) => time.getTime())));

/** Why nothing that `AWSCURRENT` supersedes may be deleted yet. */
const barrierOf = (input: ConflictInput, token: DeployToken): string | undefined => {
  const { account, observed, now } = input;
  if (account.current.kind !== "ours") return "the secret's current value is not ours";
  if (account.current.token === undefined || !account.current.listed || !isLive(account.current.token, now))
    return "the secret's current value belongs to no live token";
  if (observed.claimedElsewhere.has(token.id)) return "another secret names this token";
  const description = observed.secret.status === "found" ? observed.secret.description : undefined;
  if (description?.lastChangedAt === undefined) return "the secret does not say when it last changed";
  const behind = description.replicasBehind;
  return behind.length > 0 ? `a replica of the secret is behind: ${behind.join(", ")}` : undefined;
};

/** The leak path waits for nothing once the new token is current. */
const isLeaked = ({ account }: ConflictInput): boolean =>
  account.fulfilled && account.record?.leaked === true;

/**
 * When a leaked token may go: at once, unless its value may be the current one. The description may be minutes old, and a
 * version's time is that of the sending, by another machine's clock: of two processes that stored at once, the one that
 * seems older may have come last.
 */
const leakedFrom = ({ account, observed, safety, now }: ConflictInput, token: DeployToken): Date => {
  if (account.current.kind !== "ours" || observed.secret.status !== "found") return now;
  const shown = new Set(observed.secret.description.versions.map(({ id }) => id));
  const unseen = (observed.versionIds ?? [])
    .filter((id) => !shown.has(id) && observed.versionsBefore?.has(id) !== true)
    .flatMap((id) => decodeVersionId(id) ?? [])
    .find((version) => names(version, token));
  if (unseen === undefined) return now;
  const late = safety.rotationDeadline + 2 * SKEW_TOLERANCE;
  const atOnce = unseen.storedAt.getTime() > account.current.version.storedAt.getTime() - late;
  return atOnce ? latest(now, later(unseen.storedAt, safety.strayAfter)) : now;
};

/** When the current value was stored, and when it was last moved about: people move labels too. */
const settledTimes = ({ account, observed }: ConflictInput): { stored: Date; settled: Date } | undefined => {
  if (account.current.kind !== "ours") return undefined;
  const stored = account.current.version.storedAt;
  const changed = observed.secret.status === "found" ? observed.secret.description.lastChangedAt : undefined;
  return { stored, settled: latest(stored, changed ?? stored) };
};

const superseded = (input: ConflictInput): Candidate[] => {
  const times = settledTimes(input);
  const { overlap } = input.lineage.entry;
  return input.account.superseded.map((token) => ({
    token,
    reason: "Superseded",
    message: `token ${token.id} is superseded and its overlap has passed`,
    due: times && later(times.stored, overlap),
    from: times && (isLeaked(input) ? leakedFrom(input, token) : later(times.settled, overlap)),
    barrier: barrierOf(input, token),
  }));
};

const existing = (input: ConflictInput): Candidate[] => {
  const times = settledTimes(input);
  const { overlap, existingOverlap } = input.lineage.entry;
  // Where other secrets cannot be seen, a token made by hand may be in one of them: it keeps its whole life.
  const extra = input.observed.sweepComplete ? existingOverlap : "expiry";
  const end = (start: Date, token: DeployToken): Date | undefined => {
    if (extra !== "expiry") return later(start, Math.max(overlap, extra));
    return token.expiresAt && latest(later(start, overlap), later(token.expiresAt, 1));
  };
  return input.account.existing.map((token) => ({
    token,
    reason: "Superseded",
    message: `token ${token.id}, made by hand, is replaced and its time has passed`,
    due: times && end(times.stored, token),
    from: times && (isLeaked(input) ? leakedFrom(input, token) : end(times.settled, token)),
    barrier: barrierOf(input, token),
  }));
};

const strays = (input: ConflictInput): Candidate[] => {
  const { account, observed, safety } = input;
  if (account.record === undefined) return [];
  const from = later(account.record.at, safety.strayAfter);
  const barrierFor = ({ id }: DeployToken): string | undefined => {
    if (account.current.kind === "foreign") return "the secret's current value is not ours";
    if (observed.versionIds === undefined) return "the secret's versions were not looked at";
    // People copy secrets with their tags, the record among them.
    return observed.claimedElsewhere.has(id) ? "another secret names this token" : undefined;
  };
  return account.strays.map((token) => ({
    token,
    reason: "Stray",
    message: `token ${token.id} is left over from a rotation that did not end well`,
    due: from,
    from,
    barrier: barrierFor(token),
  }));
};

const describeWait = ({ token, barrier, from }: Candidate, conflict: Conflict | undefined): string => {
  if (conflict !== undefined) return `token ${token.id} is not deleted while there is ${conflict.reason}`;
  if (barrier !== undefined) return `token ${token.id} is not deleted: ${barrier}`;
  return from === undefined
    ? `token ${token.id} is replaced but never expires; delete it by hand once nobody uses it, or set \`existing_overlap\` to a duration`
    : `token ${token.id} is deleted after ${minutes(from)}`;
};

const reportOn = (candidate: Candidate, message: string, input: ConflictInput): Action[] => {
  const { token, reason, due, from, barrier } = candidate;
  const { now } = input;
  // Whoever holds a leaked token can use it until it is gone: no pass may be silent about it.
  if (isLeaked(input) && reason === "Superseded")
    return [
      {
        action: "report",
        reason: "Leaked",
        message: `${message}; it has leaked: once nobody needs it, delete it by hand`,
        tokenId: token.id,
      },
    ];
  if (from === undefined && barrier === undefined && token.expiresAt === undefined)
    return [{ action: "report", reason: "NeverExpires", message, tokenId: token.id }];
  // With nothing in its way it waits because the secret has been changed since: by people who move labels, or by what
  // tags it every day and so keeps the token for ever.
  const why = barrier === undefined ? "; the secret was changed since, which begins the overlap anew" : "";
  return due !== undefined && now.getTime() - due.getTime() > HELD_BACK_AFTER
    ? [{ action: "report", reason: "DeletionHeldBack", message: `${message}${why}`, tokenId: token.id }]
    : [];
};

/** What may be deleted, what waits and until when, and what has waited too long. A conflict bars every deletion. */
export const planDeletions = (input: ConflictInput, conflict: Conflict | undefined): Deletions => {
  const deletions: Action[] = [];
  const waiting: Waiting[] = [];
  const reports: Action[] = [];
  for (const candidate of [...superseded(input), ...existing(input), ...strays(input)]) {
    const { token, reason, from, barrier } = candidate;
    const free = conflict === undefined && barrier === undefined;
    if (free && from !== undefined && from.getTime() <= input.now.getTime()) {
      const gone = hasExpired(token, input.now) ? " (expired)" : "";
      const expiry = token.expiresAt && { expiresAt: token.expiresAt };
      deletions.push({
        action: "delete",
        reason,
        message: `${candidate.message}${gone}`,
        tokenId: token.id,
        ...expiry,
      });
      continue;
    }
    const message = describeWait(candidate, conflict);
    const until = free ? from : undefined;
    waiting.push({ tokenId: token.id, until, message, ...(reason === "Stray" ? { stray: true } : {}) });
    reports.push(...reportOn(candidate, message, input));
  }
  return { deletions, waiting, reports };
};
