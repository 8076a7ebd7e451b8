import type { AuditCode } from "./audit.ts";

export interface AuditRule {
  /** What all findings of the code have in common. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
}

const LEFT = "delete it with GitLab's API: its pages show active tokens only";

/** In words, for every code: what it is and what to do. */
export const AUDIT_RULES = {
  CurrentTokenGone: {
    title: "consumers read a token that does not work",
    advice: "let `apply` make a new one, or delete the secret if nobody reads it",
  },
  ExpiresSoon: {
    title: "expires soon, and nothing renews it",
    advice: "let the policy renew it, or replace it by hand in time",
  },
  NeverExpires: {
    title: "never expires",
    advice: "let the policy replace it (`never_expires: rotate`), or delete it in GitLab",
  },
  Uncovered: {
    title: "not covered by this policy",
    advice: "name it in the policy, or delete it in GitLab once nobody uses it",
  },
  Duplicate: {
    title: "several live tokens bear one name",
    advice: "delete those that nobody uses in GitLab",
  },
  Stray: {
    title: "left over from a rotation that did not end well",
    advice: "`apply` deletes it when nothing bars that",
  },
  WriteScope: {
    title: "may write",
    advice: "give it read scopes, unless its users need to write",
  },
  SecretWithoutPolicy: {
    title: "a secret whose token this policy does not cover",
    advice:
      "name the token in the policy again, or delete secret and token once nobody reads it, unless another policy covers it",
  },
  ExpiredLeft: { title: "expired and left lying", advice: LEFT },
  RevokedLeft: { title: "revoked and left lying", advice: LEFT },
  Unplaced: {
    title: "a live token of a project or group that was not looked at",
    advice: "name its project or group in the policy: GitLab's list of all tokens tells no owner",
  },
} as const satisfies Record<AuditCode, AuditRule>;

/** The most urgent first. */
export const AUDIT_ORDER = Object.keys(AUDIT_RULES) as readonly AuditCode[];
