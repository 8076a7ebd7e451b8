import type { DeployToken } from "../../src/model/deploy-token.ts";
import { DAY, HOUR, MINUTE, milliseconds } from "../../src/model/duration.ts";
import { encodeLineageTag } from "../../src/model/lineage-tag.ts";
import { CURRENT, LINEAGE_TAG, PREVIOUS, ROTATION_TAG } from "../../src/model/names.ts";
import type { DeclaredToken, MatchedTokens, TokenEntry } from "../../src/model/policy.ts";
import type { SecretDescription } from "../../src/model/ports.ts";
import { encodeRecord, type RotationRecord } from "../../src/model/record.ts";
import { encodeVersionId } from "../../src/model/version-id.ts";
import { type Decision, decide, type Request } from "../../src/plan/decide.ts";
import type { Lineage, Observed } from "../../src/plan/lineage.ts";

export const T0 = new Date("2026-11-23T03:00:00Z");
export const at = (offset: number): Date => new Date(T0.getTime() + offset);
export const SAFETY = { rotationDeadline: 5 * MINUTE, strayAfter: 20 * MINUTE };
const TARGET = { kind: "project", id: 42, path: "platform/api" } as const;

const SETTINGS = {
  lifetime: milliseconds(90 * DAY),
  renewBefore: milliseconds(30 * DAY),
  overlap: milliseconds(24 * HOUR),
  secret: "s",
  format: "json",
  verify: "auto",
  existing: "adopt",
  existingOverlap: "expiry",
  neverExpires: "report",
  adoptSecret: false,
  username: undefined,
  position: { file: "rotation.yaml", line: 1, column: 1 },
} as const;

export const declared = (more: Partial<DeclaredToken> = {}): DeclaredToken => ({
  ...SETTINGS,
  kind: "declared",
  name: "t",
  scopes: ["read_registry"],
  ...more,
});
export const matched = (more: Partial<MatchedTokens> = {}): MatchedTokens => ({
  ...SETTINGS,
  kind: "match",
  pattern: "*",
  ...more,
});

export const aLineage = (entry: TokenEntry = declared()): Lineage => ({
  target: TARGET,
  token: "t",
  entry,
  tag: encodeLineageTag("gitlab.example.com", TARGET, "t"),
  secretName: "s",
});

export const aToken = (id: number, more: Partial<DeployToken> = {}): DeployToken => ({
  id,
  name: "t",
  username: "t",
  expiresAt: at(60 * DAY),
  scopes: ["read_registry"],
  revoked: false,
  ...more,
});

/** The version that names a token, stored when the token says. */
export const versionOf = (token: DeployToken, storedAt: Date = at(-30 * DAY)): string =>
  encodeVersionId({ tokenId: token.id, storedAt, expiresAt: token.expiresAt ?? T0 });

export const aRecord = (more: Partial<RotationRecord> = {}): RotationRecord => ({
  at: at(-DAY),
  expires: at(89 * DAY),
  existing: [],
  strays: [],
  leaked: false,
  undone: false,
  ...more,
});

export interface SecretOptions extends Partial<SecretDescription> {
  readonly current?: string;
  readonly previous?: string;
  readonly record?: RotationRecord;
}

export const aSecret = ({ current, previous, record, ...more }: SecretOptions = {}): SecretDescription => ({
  arn: "arn:s",
  name: "s",
  versions: [
    ...(current === undefined ? [] : [{ id: current, labels: [CURRENT] }]),
    ...(previous === undefined ? [] : [{ id: previous, labels: [PREVIOUS] }]),
  ],
  tags: { [LINEAGE_TAG]: aLineage().tag, ...(record && { [ROTATION_TAG]: encodeRecord(record) }) },
  lastChangedAt: at(-30 * DAY),
  deletionDate: undefined,
  isReplica: false,
  rotationEnabled: false,
  owningService: undefined,
  replicasBehind: [],
  ...more,
});

export const observedWith = (more: Partial<Observed> = {}, secret?: SecretDescription): Observed => ({
  tokens: [],
  clockSkew: 0,
  secret: secret ? { status: "found", description: secret } : { status: "absent" },
  probed: undefined,
  versionIds: undefined,
  claimedElsewhere: new Set(),
  sweepComplete: true,
  ...more,
});

export interface Situation {
  readonly tokens?: readonly DeployToken[];
  readonly secret?: SecretDescription;
  readonly entry?: TokenEntry;
  readonly observed?: Partial<Observed>;
  readonly now?: Date;
  readonly request?: Request;
}

export const decideOn = ({ tokens = [], secret, entry, observed, now = T0, request }: Situation): Decision =>
  decide({
    lineage: aLineage(entry),
    observed: observedWith({ tokens, ...observed }, secret),
    safety: SAFETY,
    now,
    request,
  });

/** `rotate Renewing`, and the ids that are deleted. */
export const shortly = ({ main, deletions }: Decision): string =>
  [`${main.action} ${main.reason}`, ...deletions.map(({ reason, tokenId }) => `${reason} ${tokenId}`)].join(
    ", ",
  );
