import { type DeployToken, isLive } from "../model/deploy-token.ts";
import type { Account } from "./account.ts";
import type { Lineage, Observed } from "./lineage.ts";

/** The token whose state decides whether the lineage is due. */
export type Subject =
  /** The one that `AWSCURRENT` names. */
  | { readonly kind: "current"; readonly token: DeployToken; readonly storedAt: Date }
  /** `AWSCURRENT` names one that GitLab has no more; `replacement` is a live one that somebody made since. */
  | { readonly kind: "gone"; readonly tokenId: number; readonly replacement: DeployToken | undefined }
  /** Somebody put a value of their own over ours, whose token lives on. */
  | { readonly kind: "overwritten"; readonly token: DeployToken }
  /** Its value is in a secret of ours that people gave up for this one. */
  | { readonly kind: "moved"; readonly token: DeployToken }
  /** Made by hand: its value is not in the store. */
  | {
      readonly kind: "by-hand";
      readonly token: DeployToken;
      /** A rotation into the secret was begun and did not end well, so that consumers find it empty. */
      readonly begun: boolean;
    }
  | { readonly kind: "ambiguous"; readonly tokens: readonly DeployToken[] }
  | { readonly kind: "none" };

const lasting = (token: DeployToken): number => token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
const longest = (tokens: readonly DeployToken[]): DeployToken | undefined =>
  [...tokens].sort((one, other) => lasting(other) - lasting(one) || other.id - one.id)[0];

export const findSubject = (
  account: Account,
  { claimedElsewhere }: Pick<Observed, "claimedElsewhere">,
  now: Date,
): Subject => {
  const { current, byHand, existing, superseded, dead } = account;
  if (current.kind === "ours" && current.token !== undefined)
    return { kind: "current", token: current.token, storedAt: current.version.storedAt };
  const overwritten = longest(superseded.filter((candidate) => isLive(candidate, now)));
  if (current.kind === "foreign" && overwritten) return { kind: "overwritten", token: overwritten };
  if (byHand.length > 1) return { kind: "ambiguous", tokens: byHand };
  if (current.kind === "ours")
    return { kind: "gone", tokenId: current.version.tokenId, replacement: byHand[0] };
  const token =
    byHand[0] ??
    longest(existing.filter((candidate) => isLive(candidate, now))) ??
    longest([...existing, ...dead]);
  if (token === undefined) return { kind: "none" };
  if (claimedElsewhere.has(token.id)) return { kind: "moved", token };
  return { kind: "by-hand", token, begun: current.kind === "none" && account.record !== undefined };
};

/**
 * A `match` takes a name up only while a live token bears it, or its secret's current token has expired: whoever
 * revoked or deleted that token meant it.
 */
export const isRemoved = (lineage: Lineage, subject: Subject, now: Date): boolean => {
  if (lineage.entry.kind === "declared") return false;
  switch (subject.kind) {
    case "current":
      return subject.token.revoked;
    case "gone":
      return subject.replacement === undefined;
    case "by-hand":
    case "overwritten":
    case "moved":
      return !isLive(subject.token, now);
    case "ambiguous":
      return false;
    case "none":
      return true;
    default:
      return subject satisfies never;
  }
};

/** The token that a rotation succeeds: it lends its scopes to a `match`, and its username. */
export const predecessorOf = (subject: Subject): DeployToken | undefined => {
  switch (subject.kind) {
    case "current":
    case "overwritten":
    case "moved":
    case "by-hand":
      return subject.token;
    case "gone":
      return subject.replacement;
    case "ambiguous":
    case "none":
      return undefined;
    default:
      return subject satisfies never;
  }
};
