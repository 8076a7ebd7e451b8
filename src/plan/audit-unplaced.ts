import type { LocatedFinding } from "../model/audit.ts";
import { type DeployToken, isLive } from "../model/deploy-token.ts";
import type { Position } from "../model/policy.ts";
import { decodeVersionId, type VersionName } from "../model/version-id.ts";
import { names } from "./account.ts";
import { expiryWords, finding } from "./audit-finding.ts";
import type { Inventory } from "./audit-inventory.ts";
import { looseToken } from "./audit-tokens.ts";

/** Tokens of the instance that neither a list of a project or group holds nor a version of a secret of ours names. */
const unplaced = ({ instance, targets, secrets }: Inventory): readonly DeployToken[] => {
  const placed = new Set(targets.flatMap(({ tokens }) => (tokens ?? []).map(({ id }) => id)));
  const versions = new Map<number, VersionName[]>();
  for (const { id } of secrets.flatMap((secret) => secret.versions)) {
    const version = decodeVersionId(id);
    if (version !== undefined)
      versions.set(version.tokenId, [...(versions.get(version.tokenId) ?? []), version]);
  }
  return (instance ?? []).filter(
    (token) =>
      !placed.has(token.id) && !(versions.get(token.id) ?? []).some((version) => names(version, token)),
  );
};

export const unplacedFindings = (inventory: Inventory, now: Date, policyFile: string): LocatedFinding[] => {
  const position: Position = { file: policyFile, line: 1, column: 1 };
  const place = { target: undefined, position };
  // Whose could not be read, the policy may cover.
  const certain = inventory.problems.length === 0;
  return unplaced(inventory).flatMap((token) => {
    const loose = looseToken(token, place, now);
    if (!isLive(token, now)) return loose;
    const urgent = loose.some(({ severity }) => severity === "high");
    const unknown = finding({
      ...place,
      code: "Unplaced",
      severity: urgent && !certain ? "medium" : "low",
      detail: `${expiryWords(token, now)}${certain ? "" : "; it may be of what could not be read"}`,
      token: token.name,
      tokenId: token.id,
    });
    return [unknown, ...loose.filter(({ severity }) => certain || severity !== "high")];
  });
};
