import { type DeployToken, isLive } from "../model/deploy-token.ts";
import { CURRENT, LINEAGE_TAG, ROTATION_TAG } from "../model/names.ts";
import type { SecretDescription } from "../model/ports.ts";
import { decodeRecord, type RotationRecord } from "../model/record.ts";
import { decodeVersionId, type VersionName } from "../model/version-id.ts";
import type { Lineage, Observed } from "./lineage.ts";

/** `AWSCURRENT`, read through its version id. */
export type CurrentVersion =
  | { readonly kind: "none" }
  | { readonly kind: "foreign"; readonly versionId: string }
  | {
      readonly kind: "ours";
      readonly version: VersionName;
      /** The token that it names; absent when GitLab has it no more. */
      readonly token: DeployToken | undefined;
      /** Whether the list itself holds that token. */
      readonly listed: boolean;
    };

/** Each token of the name, by what accounts for it. A token stands in one list only. */
export interface Account {
  /** Whose the secret is, by its lineage tag. */
  readonly owner: "nobody" | "us" | "other";
  /** Somebody stripped our tags from a secret that is provably ours. */
  readonly tagsStripped: boolean;
  readonly record: RotationRecord | undefined;
  readonly fulfilled: boolean;
  readonly current: CurrentVersion;
  /** Named by another version of the secret. */
  readonly superseded: readonly DeployToken[];
  /** Made by hand, and listed in the record as replaced. */
  readonly existing: readonly DeployToken[];
  /** Made by a rotation that did not end well: by the record's fingerprint, or listed in it. */
  readonly strays: readonly DeployToken[];
  /** Live, and nothing accounts for them. */
  readonly byHand: readonly DeployToken[];
  /** No longer live, and nothing accounts for them. */
  readonly dead: readonly DeployToken[];
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** A version names a token only when id, name and expiry agree: a restored GitLab gives ids out again. */
export const names = (version: VersionName, token: DeployToken): boolean =>
  version.tokenId === token.id &&
  token.expiresAt !== undefined &&
  seconds(version.expiresAt) === seconds(token.expiresAt);

export const currentVersionId = (description: SecretDescription): string | undefined =>
  description.versions.find((version) => version.labels.includes(CURRENT))?.id;

/** The token made by the rotation that the record announces. */
const bearsFingerprint = (record: RotationRecord, token: DeployToken): boolean =>
  token.expiresAt !== undefined && token.expiresAt.getTime() === record.expires.getTime();

const readCurrent = (
  id: string | undefined,
  ours: boolean,
  observed: Pick<Observed, "tokens" | "probed">,
): CurrentVersion => {
  if (id === undefined) return { kind: "none" };
  const version = ours ? decodeVersionId(id) : undefined;
  if (version === undefined) return { kind: "foreign", versionId: id };
  const listed = observed.tokens.find((token) => names(version, token));
  const probed =
    observed.probed !== undefined && names(version, observed.probed) ? observed.probed : undefined;
  return { kind: "ours", version, token: listed ?? probed, listed: listed !== undefined };
};

/** Our tags may be put back only when the version names a live token of this lineage and no other secret claims it. */
const areTagsStripped = (description: SecretDescription, observed: Observed, now: Date): boolean => {
  if (description.tags[LINEAGE_TAG] !== undefined || !observed.sweepComplete) return false;
  const current = readCurrent(currentVersionId(description), true, observed);
  return (
    current.kind === "ours" &&
    current.listed &&
    current.token !== undefined &&
    isLive(current.token, now) &&
    !observed.claimedElsewhere.has(current.token.id)
  );
};

const ownerOf = (description: SecretDescription | undefined, lineage: Lineage): Account["owner"] => {
  const tag = description?.tags[LINEAGE_TAG];
  return tag === undefined ? "nobody" : tag === lineage.tag ? "us" : "other";
};

/** Accounts for every token of the lineage's name. */
export const takeAccount = (lineage: Lineage, observed: Observed, now: Date): Account => {
  const description = observed.secret.status === "found" ? observed.secret.description : undefined;
  const owner = ownerOf(description, lineage);
  const tagsStripped = description !== undefined && areTagsStripped(description, observed, now);
  const ours = owner === "us" || tagsStripped;
  const record = owner === "us" ? decodeRecord(description?.tags[ROTATION_TAG] ?? "") : undefined;
  const currentId = description && currentVersionId(description);
  const current = readCurrent(currentId, ours, observed);
  const fulfilled =
    record !== undefined &&
    current.kind === "ours" &&
    seconds(current.version.expiresAt) === seconds(record.expires);
  const otherIds = [...(description?.versions.map(({ id }) => id) ?? []), ...(observed.versionIds ?? [])];
  const others = ours
    ? otherIds.filter((id) => id !== currentId).flatMap((id) => decodeVersionId(id) ?? [])
    : [];

  const lists = { superseded: [], existing: [], strays: [], byHand: [], dead: [] } as {
    [list in "superseded" | "existing" | "strays" | "byHand" | "dead"]: DeployToken[];
  };
  for (const token of observed.tokens) {
    if (current.kind === "ours" && names(current.version, token)) continue;
    const fingerprint = record !== undefined && !fulfilled && bearsFingerprint(record, token);
    if (others.some((version) => names(version, token))) lists.superseded.push(token);
    else if (fingerprint || record?.strays.includes(token.id)) lists.strays.push(token);
    else if (record?.existing.includes(token.id)) lists.existing.push(token);
    else if (isLive(token, now)) lists.byHand.push(token);
    else lists.dead.push(token);
  }
  return { owner, tagsStripped, record, fulfilled, current, ...lists };
};
