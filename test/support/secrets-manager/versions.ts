import { exists, invalidInput, invalidParameter, invalidRequest, notFound } from "./aws-error.ts";
import { holderOf, type StoredSecret, type StoredVersion, versionOf } from "./state.ts";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const MAX_BYTES = 65_536;
const MAX_LABELS = 20;
const KEPT_UNLABELLED = 100;
const DAY = 86_400_000;

export interface NewVersion {
  readonly id: string;
  readonly value: string;
  readonly labels: readonly string[];
  readonly at: number;
}

export const checkToken = (token: string | undefined): string => {
  if (token === undefined) {
    throw invalidRequest("You must provide a ClientRequestToken value. We recommend a UUID-type value.");
  }
  if (token.length < 32)
    throw invalidInput("clientRequestToken", "Member must have length greater than or equal to 32");
  if (token.length > 64)
    throw invalidInput("clientRequestToken", "Member must have length less than or equal to 64");
  return token;
};

export const checkValue = (value: string): string => {
  if (value.length === 0 || Buffer.byteLength(value) > MAX_BYTES) {
    throw invalidInput("secretString", "Member must have length between 1 and 65536");
  }
  return value;
};

/** The same secret when this very version is there already. */
export const addVersion = (secret: StoredSecret, version: NewVersion): StoredSecret => {
  const known = versionOf(secret, version.id);
  if (known !== undefined) {
    if (known.value === version.value) return secret;
    throw exists(
      `You can't use ClientRequestToken ${version.id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const labels = secret.versions.length === 0 ? [...new Set([...version.labels, CURRENT])] : version.labels;
  const stored: StoredVersion = {
    id: version.id,
    value: version.value,
    labels: [],
    createdAt: version.at,
  };
  const versions = labels.reduce((all, label) => giveLabel(all, label, version.id), [
    ...secret.versions,
    stored,
  ] as readonly StoredVersion[]);
  if (versions.flatMap((each) => each.labels).length > MAX_LABELS) {
    throw invalidParameter(`A secret can't have more than ${MAX_LABELS} staging labels.`);
  }
  return { ...secret, versions: prune(versions, version.at) };
};

export interface LabelChange {
  readonly label: string;
  readonly to: string | undefined;
  readonly from: string | undefined;
}

/** UpdateSecretVersionStage: a compare-and-swap, as the holder must be named. */
export const changeLabel = (secret: StoredSecret, { label, to, from }: LabelChange): StoredSecret => {
  const holder = holderOf(secret, label);
  if (to !== undefined && versionOf(secret, to) === undefined) throw notFound("secret version");
  if (from !== undefined && holder?.id !== from) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId is invalid. Staging label ${label} is not attached to version ${from}.`,
    );
  }
  if (to === undefined) {
    if (from === undefined) throw invalidParameter("MoveToVersionId and RemoveFromVersionId are both empty.");
    if (label === CURRENT)
      throw invalidParameter("You can only move staging label AWSCURRENT to a different secret version.");
    return { ...secret, versions: dropLabel(secret.versions, label) };
  }
  if (holder !== undefined && holder.id !== to && from === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  return { ...secret, versions: giveLabel(secret.versions, label, to) };
};

const giveLabel = (
  versions: readonly StoredVersion[],
  label: string,
  to: string,
): readonly StoredVersion[] => {
  const left = versions.find((version) => version.labels.includes(label));
  if (left?.id === to) return versions;
  const moved = dropLabel(versions, label).map((version) =>
    version.id === to ? { ...version, labels: [...version.labels, label] } : version,
  );
  if (label !== CURRENT || left === undefined) return moved;
  return giveLabel(
    moved.map((version) =>
      version.id === to
        ? { ...version, labels: version.labels.filter((each) => each !== PREVIOUS) }
        : version,
    ),
    PREVIOUS,
    left.id,
  );
};

const dropLabel = (versions: readonly StoredVersion[], label: string): readonly StoredVersion[] =>
  versions.map((version) =>
    version.labels.includes(label)
      ? { ...version, labels: version.labels.filter((each) => each !== label) }
      : version,
  );

/** AWS forgets unlabelled versions beyond a hundred, but none that is younger than a day. */
const prune = (versions: readonly StoredVersion[], now: number): readonly StoredVersion[] => {
  const unlabelled = versions.filter((version) => version.labels.length === 0);
  const old = new Set(
    unlabelled
      .slice(0, Math.max(0, unlabelled.length - KEPT_UNLABELLED))
      .filter((version) => now - version.createdAt > DAY),
  );
  return versions.filter((version) => !old.has(version));
};
