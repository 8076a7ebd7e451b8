import type { LocatedFinding } from "../model/audit.ts";
import { isLive } from "../model/deploy-token.ts";
import { decodeLineageTag, type LineageName } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { Position } from "../model/policy.ts";
import type { SecretDescription } from "../model/ports.ts";
import { decodeVersionId, type VersionName } from "../model/version-id.ts";
import { currentVersionId, names } from "./account.ts";
import { expiryWords, finding, type Particulars } from "./audit-finding.ts";
import type { Inventory, InventoryTarget } from "./audit-inventory.ts";
import { mayBeAbout, targetKey } from "./audit-scope.ts";

interface Seen {
  readonly secret: SecretDescription;
  readonly lineage: LineageName;
  /** Absent where GitLab does not show it, or where it could not be looked at. */
  readonly found: InventoryTarget | undefined;
  readonly version: VersionName | undefined;
  readonly now: Date;
}

const holdsWords = ({ secret, version, found, now }: Seen): string => {
  if (version === undefined) return `the secret ${secret.name} holds no token of ours`;
  const holds = `the secret ${secret.name} holds token ${version.tokenId}`;
  const token = found?.tokens?.find((candidate) => names(version, candidate));
  return token?.revoked ? `${holds}, which was revoked` : `${holds}, which ${expiryWords(version, now)}`;
};

const isDead = ({ found, version, now }: Seen): boolean => {
  if (version === undefined || found?.tokens === undefined) return false;
  const token = found.tokens.find((candidate) => names(version, candidate));
  return token === undefined || !isLive(token, now);
};

const findingsOf = (seen: Seen, position: Position, gone: boolean): LocatedFinding[] => {
  const { secret, lineage, found, version } = seen;
  const { kind, targetId } = lineage;
  const about: Pick<Particulars, "target" | "token" | "tokenId" | "secret" | "position"> = {
    target: found?.target ?? { kind, id: targetId, path: String(targetId) },
    token: lineage.token ?? null,
    tokenId: version?.tokenId,
    secret: secret.name,
    position,
  };
  const where = gone ? `; GitLab shows no ${kind} ${targetId}: deleted, or hidden from our access token` : "";
  const detail = `${holdsWords(seen)}${where}`;
  const unnamed = finding({ code: "SecretWithoutPolicy", severity: "medium", detail, ...about });
  if (!isDead(seen)) return [unnamed];
  const dead = `${holdsWords(seen)}, and which no longer works`;
  return [unnamed, finding({ code: "CurrentTokenGone", severity: "medium", detail: dead, ...about })];
};

/** Secrets of ours whose lineages are no longer in the policy. */
export const secretFindings = (inventory: Inventory, now: Date, policyFile: string): LocatedFinding[] => {
  const covered = new Set(
    inventory.targets.flatMap(({ lineages }) => lineages.map(({ lineage }) => lineage.tag)),
  );
  const targets = new Map(inventory.targets.map((target) => [targetKey(target.target), target]));
  return inventory.secrets.flatMap((secret) => {
    const tag = secret.tags[LINEAGE_TAG] ?? "";
    const lineage = decodeLineageTag(tag);
    // Whoever schedules it for deletion is done with it.
    if (lineage === undefined || covered.has(tag) || secret.deletionDate !== undefined) return [];
    const reference = { kind: lineage.kind, id: lineage.targetId };
    const found = targets.get(targetKey(reference));
    const certain = found?.certain ?? !inventory.unread.some((entry) => mayBeAbout(entry, reference));
    if (!certain) return [];
    const version = decodeVersionId(currentVersionId(secret) ?? "");
    const position = found?.position ?? { file: policyFile, line: 1, column: 1 };
    const gone = inventory.gone.has(targetKey(reference));
    return findingsOf({ secret, lineage, found, version, now }, position, gone);
  });
};
