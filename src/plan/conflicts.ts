import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription } from "../model/ports.ts";
import type { Reason } from "../model/report.ts";
import { decodeVersionId, type VersionName } from "../model/version-id.ts";
import { isValidSecretName } from "../policy/template.ts";
import type { Account } from "./account.ts";
import type { Lineage, Observed, SafetySettings } from "./lineage.ts";
import type { Subject } from "./subject.ts";
import { inWords, minutes } from "./words.ts";

/** GitLab's `Date` has whole seconds and answers travel; what lies further apart is a wrong clock. */
export const SKEW_TOLERANCE = 60_000;

export interface ConflictInput {
  readonly lineage: Lineage;
  readonly observed: Observed;
  readonly account: Account;
  readonly subject: Subject;
  readonly safety: SafetySettings;
  readonly now: Date;
}

export interface Conflict {
  readonly reason: Reason;
  /** What is wrong, and how to get out of it. */
  readonly message: string;
}

type Check = (input: ConflictInput) => Conflict | undefined;
type SecretCheck = (secret: SecretDescription, input: ConflictInput) => Conflict | undefined;

const onSecret =
  (check: SecretCheck): Check =>
  (input) =>
    input.observed.secret.status === "found" ? check(input.observed.secret.description, input) : undefined;

const duplicateSecret: Check = ({ observed }) =>
  observed.secret.status === "duplicate"
    ? {
        reason: "DuplicateSecret",
        message: `several secrets carry this lineage's tag: ${observed.secret.names.join(", ")}; remove the tag ${LINEAGE_TAG} from all but the one that consumers read`,
      }
    : undefined;

const secretNameInvalid: Check = ({ lineage, observed }) =>
  observed.secret.status === "absent" && !isValidSecretName(lineage.secretName)
    ? {
        reason: "SecretNameInvalid",
        message: `${JSON.stringify(lineage.secretName)} is no name for a secret (1 to 512 of A-Z a-z 0-9 / _ + = . @ -, without "." or ".." between slashes); give the token a \`secret:\` of its own in the policy`,
      }
    : undefined;

const foreignTag = onSecret((secret, { account }) =>
  account.owner === "other"
    ? {
        reason: "ForeignSecret",
        message: `the secret ${secret.name} belongs to another lineage (${LINEAGE_TAG}: ${secret.tags[LINEAGE_TAG]}); give this token another \`secret:\``,
      }
    : undefined,
);

const secretPendingDeletion = onSecret((secret) =>
  secret.deletionDate === undefined
    ? undefined
    : {
        reason: "SecretPendingDeletion",
        message: `the secret ${secret.name} is scheduled for deletion (${minutes(secret.deletionDate)}); restore it, or give this token another \`secret:\``,
      },
);

const secretIsReplica = onSecret((secret) =>
  secret.isReplica
    ? {
        reason: "SecretIsReplica",
        message: `the secret ${secret.name} is a replica here; set \`store.region\` to its primary region`,
      }
    : undefined,
);

const secretRotationEnabled = onSecret((secret) =>
  secret.rotationEnabled
    ? {
        reason: "SecretRotationEnabled",
        message: `the secret ${secret.name} has a rotation of its own in AWS; cancel it, or give this token another \`secret:\``,
      }
    : undefined,
);

const secretOwnedByService = onSecret((secret) =>
  secret.owningService === undefined
    ? undefined
    : {
        reason: "SecretOwnedByService",
        message: `the secret ${secret.name} is managed by the AWS service ${secret.owningService}; give this token another \`secret:\``,
      },
);

const foreignValue = onSecret((secret, { account, lineage }) =>
  account.current.kind === "foreign" && !lineage.entry.adoptSecret
    ? {
        reason: "ForeignSecret",
        message: `the current value of the secret ${secret.name} was not stored by us; set \`adopt_secret: true\` to let it be replaced when the token is due, or give this token another \`secret:\``,
      }
    : undefined,
);

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
  if (!isOurs(account) || observed.secret.status !== "found") return undefined;
  const shown = observed.secret.description.versions.flatMap(({ id }) => decodeVersionId(id) ?? []);
  // One that is older than what is shown has lost its labels, as every version does in time.
  const isNewer = ({ storedAt, tokenId }: VersionName): boolean =>
    shown.every((other) => storedAt > other.storedAt) || shown.every((other) => tokenId > other.tokenId);
  return observed.versionIds
    ?.flatMap((id) => decodeVersionId(id) ?? [])
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
const conflicts: readonly Check[] = [
  duplicateSecret,
  secretNameInvalid,
  foreignTag,
  secretPendingDeletion,
  secretIsReplica,
  secretRotationEnabled,
  secretOwnedByService,
  foreignValue,
  clockSkew,
  inProgress,
  ambiguous,
];

export const findConflict = (input: ConflictInput): Conflict | undefined => {
  for (const check of conflicts) {
    const conflict = check(input);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
};
