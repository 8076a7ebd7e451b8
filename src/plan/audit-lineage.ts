import type { LocatedFinding } from "../model/audit.ts";
import { type DeployToken, isLive } from "../model/deploy-token.ts";
import type { TokenEntry } from "../model/policy.ts";
import {
  expiresSoon,
  expiryWords,
  finding,
  isWriteScope,
  type Particulars,
  writeScopes,
} from "./audit-finding.ts";
import type { InventoryLineage } from "./audit-inventory.ts";
import { deadToken } from "./audit-tokens.ts";
import { type Decision, decide } from "./decide.ts";
import type { Lineage, SafetySettings } from "./lineage.ts";

interface Seen {
  readonly lineage: Lineage;
  readonly tokens: readonly DeployToken[];
  readonly secret: string | undefined;
  readonly decision: Decision;
  readonly now: Date;
}

type About = Pick<Particulars, "code" | "severity" | "detail"> & { readonly tokenId?: number };

const about = ({ lineage, secret }: Pick<Seen, "lineage" | "secret">, what: About): LocatedFinding =>
  finding({
    ...what,
    target: lineage.target,
    token: lineage.token,
    secret,
    position: lineage.entry.position,
  });

/** `read_registry` is what the entry asks for; a `match` asks for nothing, so whatever writes is told, mildly. */
const writes = (
  { lineage, secret }: Pick<Seen, "lineage" | "secret">,
  token: DeployToken,
): LocatedFinding[] => {
  const asked = askedScopes(lineage.entry);
  const extra = writeScopes(token).filter((scope) => !asked?.includes(scope));
  if (extra.length === 0) return [];
  const detail = `${extra.join(", ")}${asked ? `; the policy asks for ${asked.join(", ")} only` : ""}`;
  const severity = asked === undefined ? "low" : asked.some(isWriteScope) ? "medium" : "high";
  return [about({ lineage, secret }, { code: "WriteScope", severity, detail, tokenId: token.id })];
};

const askedScopes = (entry: TokenEntry): readonly string[] | undefined =>
  entry.kind === "declared" ? entry.scopes : undefined;

const currentGone = (seen: Seen): LocatedFinding[] => {
  const { decision, now, secret } = seen;
  const { current } = decision.account;
  if (current.kind !== "ours" || (current.token !== undefined && isLive(current.token, now))) return [];
  const { tokenId } = current.version;
  const why =
    current.token === undefined
      ? "GitLab has it no more"
      : current.token.revoked
        ? "it was revoked"
        : `it ${expiryWords(current.token, now)}`;
  const detail = `the secret ${secret} holds token ${tokenId}; ${why}`;
  return [about(seen, { code: "CurrentTokenGone", severity: "high", detail, tokenId })];
};

const strays = (seen: Seen): LocatedFinding[] => {
  const { decision, now } = seen;
  // Under way: its token may yet be stored.
  if (decision.main.reason === "InProgress") return [];
  const going = new Set(decision.deletions.map(({ tokenId }) => tokenId));
  return decision.account.strays
    .filter((token) => isLive(token, now))
    .map(({ id: tokenId }) => {
      const wait = decision.waiting.find((waiting) => waiting.tokenId === tokenId);
      const barred = !going.has(tokenId) && wait?.until === undefined;
      const detail = going.has(tokenId)
        ? "the next pass deletes it"
        : (wait?.message ?? "nothing tells when it is deleted");
      return about(seen, { code: "Stray", severity: barred ? "medium" : "low", detail, tokenId });
    });
};

const duplicate = (seen: Seen): LocatedFinding[] => {
  const { decision, now } = seen;
  const { current, byHand } = decision.account;
  const held = current.kind === "ours" && current.token && isLive(current.token, now) ? [current.token] : [];
  const all = [...held, ...byHand].map(({ id }) => id);
  if (all.length < 2 || decision.main.reason === "InProgress") return [];
  const holds = held[0]
    ? `the secret holds ${held[0].id}`
    : "the secret holds none of them, so none is renewed";
  const severity = held.length === 0 ? "high" : "medium";
  return [about(seen, { code: "Duplicate", severity, detail: `tokens ${all.join(", ")}; ${holds}` })];
};

/** A pass that only reports leaves its token to expire. */
const notRenewed = (seen: Seen): LocatedFinding[] => {
  const { main } = seen.decision;
  if (main.action !== "report" || main.reason === "InProgress") return [];
  const token = seen.tokens.find(({ id }) => id === main.tokenId);
  if (token === undefined || !isLive(token, seen.now) || !expiresSoon(token, seen.now)) return [];
  const detail = `${expiryWords(token, seen.now)}; ${main.reason}: ${main.message}`;
  return [about(seen, { code: "ExpiresSoon", severity: "high", detail, tokenId: token.id })];
};

const neverExpires = (seen: Seen, token: DeployToken): LocatedFinding[] => {
  if (token.expiresAt !== undefined) return [];
  const { decision } = seen;
  const wait = decision.waiting.find(({ tokenId }) => tokenId === token.id);
  const replaces = decision.rotation !== undefined && decision.main.tokenId === token.id;
  const goes = replaces || wait?.until !== undefined;
  const detail = replaces ? "the next pass replaces it" : (wait?.message ?? "and the policy only reports it");
  return [
    about(seen, { code: "NeverExpires", severity: goes ? "low" : "medium", detail, tokenId: token.id }),
  ];
};

const tokenFindings = (seen: Seen, token: DeployToken): LocatedFinding[] => {
  const { decision, lineage, now } = seen;
  const { account, deletions, waiting } = decision;
  if (account.strays.includes(token)) return [];
  const goes = [...deletions, ...waiting].some(({ tokenId }) => tokenId === token.id);
  if (isLive(token, now))
    return [...neverExpires(seen, token), ...(account.superseded.includes(token) ? [] : writes(seen, token))];
  const isCurrent = account.current.kind === "ours" && account.current.token === token;
  const place = { target: lineage.target, position: lineage.entry.position };
  return isCurrent || goes ? [] : [deadToken(token, place, now)];
};

/** What is the matter with a lineage of the policy, beside what a pass puts right by itself. */
export const lineageFindings = (
  { lineage, observed }: InventoryLineage,
  tokens: readonly DeployToken[],
  { safety, now }: { readonly safety: SafetySettings; readonly now: Date },
): LocatedFinding[] => {
  if (observed === undefined) {
    // Nothing tells which of them the secret holds, so that only what is so in any case is told.
    const live = tokens.filter((token) => token.name === lineage.token && isLive(token, now));
    return live.flatMap((token) => writes({ lineage, secret: undefined }, token));
  }
  const decision = decide({ lineage, observed, safety, now });
  const secret = observed.secret.status === "found" ? observed.secret.description.name : undefined;
  const seen: Seen = { lineage, tokens: observed.tokens, secret, decision, now };
  return [
    ...currentGone(seen),
    ...notRenewed(seen),
    ...strays(seen),
    ...duplicate(seen),
    ...observed.tokens.flatMap((token) => tokenFindings(seen, token)),
  ];
};
