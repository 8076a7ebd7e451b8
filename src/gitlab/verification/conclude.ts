import { VerificationError } from "../../model/errors.ts";
import type { Verification } from "../../model/ports.ts";
import { WRITING } from "./checks.ts";
import type { Outcome } from "./probe.ts";

export interface Finding {
  readonly scopes: readonly string[];
  readonly reading: string | undefined;
  readonly provesUsername: boolean;
  readonly outcome: Outcome;
}

/**
 * One door that stays shut while another one opened says something about the door, e.g. that its feature is off.
 * When none opened, it says something about the credential.
 */
export const conclude = (
  subject: string,
  scopes: readonly string[],
  findings: readonly Finding[],
): Verification => {
  const logsIn = findings.some(
    ({ provesUsername, outcome }) => provesUsername && outcome.status === "accepted",
  );
  const verdicts = findings.map((finding) => judge(subject, finding, logsIn));
  const tried = new Set(findings.flatMap((finding) => finding.scopes));
  return {
    verified: verdicts.flatMap(({ verified }) => verified),
    unverified: [
      ...verdicts.flatMap(({ unverified }) => unverified),
      ...scopes.filter((scope) => !tried.has(scope)).map((scope) => `${scope}: no way to try it is known`),
    ],
  };
};

const judge = (subject: string, { scopes, reading, outcome }: Finding, logsIn: boolean): Verification => {
  const unverified = (why: string): Verification => ({
    verified: [],
    unverified: scopes.map((scope) => `${scope}: ${why}`),
  });
  switch (outcome.status) {
    case "accepted":
      return { verified: scopes, unverified: scopes.flatMap(writingNote) };
    case "untried":
      return unverified(outcome.message);
    case "denied":
      if (reading !== undefined && scopes.includes(reading)) throw refused(subject, outcome.message);
      return unverified(`${outcome.message}; writing was not tried`);
    case "rejected":
      if (!logsIn) throw refused(subject, outcome.message);
      return unverified(`${outcome.message}, although it logs in elsewhere: is the feature switched off?`);
    default:
      return outcome satisfies never;
  }
};

const writingNote = (scope: string): readonly string[] => {
  const note = WRITING[scope];
  return note === undefined ? [] : [`${scope}: ${note}`];
};

const refused = (subject: string, message: string): VerificationError =>
  new VerificationError(
    `The new deploy token of ${subject} does not work: ${message}. If that feature is switched off there, set verify: off for this token.`,
  );
