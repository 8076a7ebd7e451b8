import { decodeVersionId, type VersionName } from "../model/version-id.ts";
import type { Account } from "./account.ts";
import type { Check, Conflict, ConflictInput } from "./conflict.ts";
import { SECRET_CHECKS } from "./secret-conflicts.ts";
import { inWords, minutes } from "./words.ts";

/** GitLab's `Date` has whole seconds and answers travel; what lies further apart is a wrong clock. */
export const SKEW_TOLERANCE = 60_000;

/** Stripped of its tags or not: what its versions name counts. */
const isOurs = ({ owner, tagsStripped }: Account): boolean => owner === "us" || tagsStripped;

const skew = (milliseconds: number): Conflict => ({
  reason: "ClockSkew",
  message: `this machine's clock is ${inWords(milliseconds)} ${milliseconds > 0 ? "ahead of" : "behind"} GitLab's; set it right (NTP)`,
});

const clockSkew: Check = ({ observed, account, now }) => {
  if (observed.clockSkew !== undefined && Math.abs(observed.clockSkew) > SKEW_TOLERANCE)
    return skew(observed.clockSkew);
  const versions = observed.secret.status === "found" ? observed.secret.description.versions : [];
  const stored = isOurs(account) ? versions.flatMap(({ id }) => decodeVersionId(id) ?? []) : [];
  // Of a rotation that was undone nothing is left, whenever it was.
  const begun = account.record?.undone === true ? undefined : account.record?.at;
  const written = [begun, ...stored.map(({ storedAt }) => storedAt)];
  const future = written.find(
    (time) => time !== undefined && time.getTime() - now.getTime() > SKEW_TOLERANCE,
  );
  return (
    future && {
      reason: "ClockSkew",
      message: `the secret was written at ${minutes(future)}, which lies in the future; a clock is wrong: this machine's, or that of another one that runs us`,
    }
  );
};

const ambiguous: Check = ({ subject }) =>
  subject.kind === "ambiguous"
    ? {
        reason: "Ambiguous",
        message: `${subject.tokens.length} live tokens bear this name (${subject.tokens.map(({ id }) => id).join(", ")}) and the secret names none of them; delete all but the one in use`,
      }
    : undefined;

/** From when to when a token with this expiry can have been made by a rotation with this lifetime. */
const mayBeFresh = (expiresAt: Date | undefined, { lineage, safety, now }: ConflictInput): boolean => {
  if (expiresAt === undefined) return false;
  const earliest = expiresAt.getTime() - lineage.entry.lifetime;
  const latest = earliest + safety.strayAfter / 2;
  return earliest <= now.getTime() + SKEW_TOLERANCE && latest >= now.getTime() - safety.strayAfter;
};

/** A version that the list of versions holds and the description does not: the description may be minutes old. */
const storedUnseen = ({ account, observed, safety, now }: ConflictInput): VersionName | undefined => {
  if (!isOurs(account) || observed.secret.status !== "found" || observed.versionIds === undefined)
    return undefined;
  const shown = observed.secret.description.versions.flatMap(({ id }) => decodeVersionId(id) ?? []);
  // One that is older than what is shown has lost its labels, as every version does in time.
  const isNewer = ({ storedAt, tokenId }: VersionName): boolean =>
    shown.every((other) => storedAt > other.storedAt) || shown.every((other) => tokenId > other.tokenId);
  return observed.versionIds
    .flatMap((id) => decodeVersionId(id) ?? [])
    .find((version) => isNewer(version) && now.getTime() - version.storedAt.getTime() < safety.strayAfter);
};

const inProgress: Check = (input) => {
  const { account, safety, now } = input;
  const { record } = account;
  if (record !== undefined && !account.fulfilled && !record.undone) {
    const age = now.getTime() - record.at.getTime();
    if (age < safety.strayAfter)
      return {
        reason: "InProgress",
        message: `a rotation began at ${minutes(record.at)} and has not ended; if it died, the next begins after ${minutes(new Date(record.at.getTime() + safety.strayAfter))}`,
      };
  }
  const unseen = storedUnseen(input);
  if (unseen !== undefined)
    return {
      reason: "InProgress",
      message: `token ${unseen.tokenId} was stored at ${minutes(unseen.storedAt)}, but the secret does not show it yet; it is looked at again after ${minutes(new Date(unseen.storedAt.getTime() + safety.strayAfter))}`,
    };
  // Reads of the record may be minutes old: a token as young as this may belong to a rotation that it does not show yet.
  const fresh = account.byHand.find((token) => mayBeFresh(token.expiresAt, input));
  return (
    fresh && {
      reason: "InProgress",
      message: `token ${fresh.id} may have been made by a rotation that is under way; it is looked at again after ${minutes(new Date(now.getTime() + safety.strayAfter))}`,
    }
  );
};

/** In order. Whatever answers, nothing is rotated and nothing is deleted. */
const CHECKS: readonly Check[] = [...SECRET_CHECKS, clockSkew, inProgress, ambiguous];

export const findConflict = (input: ConflictInput): Conflict | undefined => {
  for (const check of CHECKS) {
    const conflict = check(input);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
};
