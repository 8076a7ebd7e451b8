import { hasExpired, sameScopes } from "../model/deploy-token.ts";
import type { Reason } from "../model/report.ts";
import type { Lineage } from "./lineage.ts";
import { predecessorOf, type Subject } from "./subject.ts";
import { inWords, minutes } from "./words.ts";

export interface CheckInput {
  readonly lineage: Lineage;
  readonly subject: Subject;
  readonly now: Date;
}

/** Why a lineage is due, in a code and in words. */
export interface Verdict {
  readonly reason: Reason;
  readonly message: string;
}

type Check = (input: CheckInput) => Verdict | undefined;

const missing: Check = ({ subject }) =>
  subject.kind === "none"
    ? { reason: "Missing", message: "no such token exists, and the secret names none" }
    : undefined;

const revoked: Check = ({ subject }) => {
  const token = predecessorOf(subject);
  return token?.revoked
    ? { reason: "Revoked", message: `token ${token.id} was revoked in GitLab` }
    : undefined;
};

const expired: Check = ({ subject, now }) => {
  const token = predecessorOf(subject);
  return token?.expiresAt && hasExpired(token, now)
    ? { reason: "Expired", message: `token ${token.id} expired on ${minutes(token.expiresAt)}` }
    : undefined;
};

const currentTokenGone: Check = ({ subject }) =>
  subject.kind === "gone"
    ? {
        reason: "CurrentTokenGone",
        message: `the secret's current value belongs to token ${subject.tokenId}, which GitLab no longer has`,
      }
    : undefined;

/**
 * A change in the policy waits until the version is `overlap` old, so that two policies in force during a roll-out
 * do not chase each other.
 */
const isSettled = ({ lineage, subject, now }: CheckInput): boolean =>
  subject.kind !== "current" || now.getTime() - subject.storedAt.getTime() >= lineage.entry.overlap;

const scopesChanged: Check = (input) => {
  const { entry } = input.lineage;
  const token = predecessorOf(input.subject);
  if (entry.kind !== "declared" || token === undefined || sameScopes(entry.scopes, token.scopes))
    return undefined;
  return isSettled(input)
    ? {
        reason: "ScopesChanged",
        message: `token ${token.id} has ${[...token.scopes].join(", ")}; the policy asks for ${entry.scopes.join(", ")}`,
      }
    : undefined;
};

const usernameChanged: Check = (input) => {
  const { username } = input.lineage.entry;
  const token = predecessorOf(input.subject);
  if (username === undefined || token === undefined || token.username === username) return undefined;
  return isSettled(input)
    ? {
        reason: "UsernameChanged",
        message: `token ${token.id} has the username ${token.username}; the policy asks for ${username}`,
      }
    : undefined;
};

const neverExpires: Check = ({ subject }) => {
  const token = predecessorOf(subject);
  return token !== undefined && token.expiresAt === undefined
    ? { reason: "NeverExpires", message: `token ${token.id} never expires` }
    : undefined;
};

const renewing: Check = ({ lineage, subject, now }) => {
  const token = predecessorOf(subject);
  if (token?.expiresAt === undefined) return undefined;
  const left = token.expiresAt.getTime() - now.getTime();
  return left <= lineage.entry.renewBefore
    ? {
        reason: "Renewing",
        message: `token ${token.id} expires on ${minutes(token.expiresAt)}, in ${inWords(left)}`,
      }
    : undefined;
};

const secretMoved: Check = ({ subject }) =>
  subject.kind === "moved"
    ? {
        reason: "SecretMoved",
        message: `the value of token ${subject.token.id} is in another secret only, which was given up for this one`,
      }
    : undefined;

const existingReplaced: Check = ({ lineage, subject }) => {
  if (subject.kind !== "by-hand") return undefined;
  const { token, begun } = subject;
  if (begun)
    return {
      reason: "ExistingReplaced",
      message: `the secret is still empty: its first rotation did not end well, and nobody knows the value of token ${token.id}`,
    };
  return lineage.entry.existing === "replace"
    ? {
        reason: "ExistingReplaced",
        message: `token ${token.id} was made by hand; the policy says to replace it`,
      }
    : undefined;
};

/** In order: the first to answer gives the reason that people will read. Later ones may assume that earlier ones passed. */
export const checks: readonly Check[] = [
  missing,
  revoked,
  expired,
  currentTokenGone,
  scopesChanged,
  usernameChanged,
  neverExpires,
  renewing,
  secretMoved,
  existingReplaced,
];

export const whyDue = (input: CheckInput): Verdict | undefined => {
  for (const check of checks) {
    const verdict = check(input);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
};
