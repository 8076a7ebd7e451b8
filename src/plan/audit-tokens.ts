import type { LocatedFinding } from "../model/audit.ts";
import { type DeployToken, hasExpired, isLive } from "../model/deploy-token.ts";
import type { SecretDescription } from "../model/ports.ts";
import { decodeVersionId } from "../model/version-id.ts";
import { currentVersionId, names } from "./account.ts";
import { expiresSoon, expiryWords, finding, type Particulars, writeScopes } from "./audit-finding.ts";
import type { InventoryTarget } from "./audit-inventory.ts";

/** What is the matter with tokens that no entry of the policy is about, whoever's they are. */
export const looseToken = (
  token: DeployToken,
  place: Pick<Particulars, "target" | "position"> & Partial<Pick<InventoryTarget, "exclusion">>,
  now: Date,
): LocatedFinding[] => {
  const { target, position, exclusion } = place;
  const about = { target, position, token: token.name, tokenId: token.id };
  // Whoever leaves a project out has looked at it.
  const severity = exclusion ? "medium" : "high";
  if (!isLive(token, now)) return [deadToken(token, place, now)];
  const scopes = writeScopes(token);
  return [
    ...(expiresSoon(token, now)
      ? [finding({ code: "ExpiresSoon", severity, detail: expiryWords(token, now), ...about })]
      : []),
    ...(token.expiresAt === undefined
      ? [finding({ code: "NeverExpires", severity, detail: "not covered by this policy", ...about })]
      : []),
    ...(scopes.length > 0
      ? [finding({ code: "WriteScope", severity: "low", detail: scopes.join(", "), ...about })]
      : []),
  ];
};

export const deadToken = (
  token: DeployToken,
  place: Pick<Particulars, "target" | "position">,
  now: Date,
): LocatedFinding => {
  const { target, position } = place;
  const about = { target, position, token: token.name, tokenId: token.id, severity: "low" } as const;
  return hasExpired(token, now)
    ? finding({ code: "ExpiredLeft", detail: expiryWords(token, now), ...about })
    : finding({ code: "RevokedLeft", detail: `else it ${expiryWords(token, now)}`, ...about });
};

const uncovered = (token: DeployToken, target: InventoryTarget, now: Date): LocatedFinding => {
  const { exclusion } = target;
  const expiry = expiryWords(token, now);
  return finding({
    code: "Uncovered",
    severity: exclusion ? "low" : "medium",
    detail: exclusion ? `${expiry}; left out by exclude ${JSON.stringify(exclusion.pattern)}` : expiry,
    target: target.target,
    token: token.name,
    tokenId: token.id,
    position: target.position,
  });
};

/** Tokens that wait for their end because a secret of ours has moved on from them. */
const isSuperseded = (token: DeployToken, secrets: readonly SecretDescription[]): boolean =>
  secrets.some((secret) => {
    const current = currentVersionId(secret);
    return secret.versions.some(({ id }) => {
      const version = id === current ? undefined : decodeVersionId(id);
      return version !== undefined && names(version, token);
    });
  });

const duplicates = (
  tokens: readonly DeployToken[],
  target: InventoryTarget,
  secrets: readonly SecretDescription[],
): LocatedFinding[] => {
  const byName = new Map<string, number[]>();
  for (const { id, name } of tokens.filter((token) => !isSuperseded(token, secrets)))
    byName.set(name, [...(byName.get(name) ?? []), id]);
  return [...byName]
    .filter(([, ids]) => ids.length > 1)
    .map(([name, ids]) =>
      finding({
        code: "Duplicate",
        severity: "low",
        detail: `tokens ${ids.join(", ")}`,
        target: target.target,
        token: name,
        position: target.position,
      }),
    );
};

/** Tokens of a target whose names no entry of the policy takes up. */
export const looseTokens = (
  target: InventoryTarget,
  secrets: readonly SecretDescription[],
  now: Date,
): LocatedFinding[] => {
  // What an entry that could not be read may cover is neither uncovered nor left lying.
  if (!target.certain) return [];
  const covered = new Set(target.lineages.map(({ lineage }) => lineage.token));
  const loose = (target.tokens ?? []).filter(({ name }) => !covered.has(name));
  const live = loose.filter((token) => isLive(token, now));
  return [
    ...live.map((token) => uncovered(token, target, now)),
    ...loose.flatMap((token) => looseToken(token, target, now)),
    ...duplicates(live, target, secrets),
  ];
};
