import { isLive } from "../model/deploy-token.ts";
import type { Action, Waiting } from "../model/report.ts";
import { type Account, takeAccount } from "./account.ts";
import { report, sayBeside } from "./beside.ts";
import { type Verdict, whyDue } from "./checks.ts";
import type { Conflict, ConflictInput } from "./conflict.ts";
import { findConflict } from "./conflicts.ts";
import { planDeletions } from "./deletions.ts";
import { healthy } from "./healthy.ts";
import type { Lineage, Observed, SafetySettings } from "./lineage.ts";
import { planRotation, type Rotation } from "./rotation.ts";
import { findSubject, isRemoved, predecessorOf, type Subject } from "./subject.ts";

/** Asked for by a person, beside what the policy says. */
export type Request = "rotate" | "rotate-leaked";

export interface DecisionInput {
  readonly lineage: Lineage;
  readonly observed: Observed;
  readonly safety: SafetySettings;
  readonly now: Date;
  readonly request?: Request | undefined;
}

export interface Decision {
  readonly account: Account;
  readonly deletions: readonly Action[];
  /** What becomes of the lineage: exactly one create, rotate, keep or report. */
  readonly main: Action;
  /** Present when `main` creates or rotates. */
  readonly rotation: Rotation | undefined;
  /** Said beside: a renamed secret, tokens that nobody accounts for. */
  readonly reports: readonly Action[];
  readonly waiting: readonly Waiting[];
  /** Our tags were stripped from the secret and are to be put back first. */
  readonly restoreTags: boolean;
}

const about = ({ lineage }: DecisionInput, subject: Subject): Partial<Action> => {
  const token = predecessorOf(subject);
  if (token === undefined) return subject.kind === "gone" ? { tokenId: subject.tokenId } : {};
  const { expiresAt } = token;
  if (expiresAt === undefined) return { tokenId: token.id };
  return {
    tokenId: token.id,
    expiresAt,
    renewsAt: new Date(expiresAt.getTime() - lineage.entry.renewBefore),
  };
};

/** What the policy leaves alone although a check answers. */
const heldByPolicy = (
  input: DecisionInput,
  subject: Subject,
  verdict: Verdict | undefined,
): Action | undefined => {
  const { lineage, now } = input;
  const { entry } = lineage;
  const madeByHand =
    subject.kind === "by-hand" ||
    (subject.kind === "gone" && subject.replacement !== undefined && entry.kind === "match");
  // Nobody uses one that is dead, and a declared token must exist.
  const token = predecessorOf(subject);
  if (madeByHand && entry.existing === "report" && token !== undefined && isLive(token, now)) {
    const because = verdict === undefined ? "" : `; ${verdict.message}`;
    return report(
      "Existing",
      `made by hand, and the policy only reports those${because}`,
      about(input, subject),
    );
  }
  return verdict?.reason === "NeverExpires" && entry.neverExpires === "report"
    ? report(
        "NeverExpires",
        `${verdict.message}; set \`never_expires: rotate\` to replace it`,
        about(input, subject),
      )
    : undefined;
};

const keep = (input: DecisionInput, subject: Subject): Action => {
  const found = about(input, subject);
  const byHand = subject.kind === "by-hand" ? "made by hand; taken over when it is renewed" : undefined;
  return { ...healthy(found.renewsAt, byHand), ...found };
};

/** Reasons to rotate that stand in no check: a person asked, or a leak was recorded and not dealt with. */
const asked = (request: Request | undefined, account: Account): Verdict | undefined => {
  if (request === "rotate-leaked") return { reason: "Leaked", message: "asked for: the token has leaked" };
  if (request === "rotate") return { reason: "Requested", message: "asked for" };
  return account.record?.leaked && !account.fulfilled
    ? { reason: "Leaked", message: "the token has leaked and its rotation did not end well" }
    : undefined;
};

/** More than these, left over from rotations that failed, are not deleted by waiting for the next pass. */
const MAX_STRAYS = 3;

/** Each further rotation would leave one more token behind that nobody knows the value of. */
const haltedBy = (account: Account, now: Date): Action | undefined => {
  const strays = account.strays.filter((token) => isLive(token, now)).map(({ id }) => id);
  return strays.length < MAX_STRAYS
    ? undefined
    : report(
        "Halted",
        `${strays.length} tokens that rotations left over could not be deleted (${strays.join(", ")}), so no other is made; let the access token delete deploy tokens, or delete them in GitLab`,
      );
};

const isDue = (input: DecisionInput, subject: Subject): boolean => {
  const { lineage, now } = input;
  if (subject.kind === "ambiguous")
    return subject.tokens.some((token) => isDue(input, { kind: "by-hand", token, begun: false }));
  const verdict = whyDue({ lineage, subject, now });
  return (
    verdict !== undefined &&
    !isRemoved(lineage, subject, now) &&
    heldByPolicy(input, subject, verdict) === undefined
  );
};

const chooseMain = (input: DecisionInput, account: Account, subject: Subject): Action => {
  const { lineage, now } = input;
  if (isRemoved(lineage, subject, now))
    return report(
      "Removed",
      "its token was revoked or deleted in GitLab, so a `match` leaves the name alone; declare the token with `name` to have it made anew",
      about(input, subject),
    );
  const halted = haltedBy(account, now);
  const request = asked(input.request, account);
  const verdict = whyDue({ lineage, subject, now });
  const held = request === undefined ? heldByPolicy(input, subject, verdict) : undefined;
  if (held !== undefined) return held;
  const due = verdict?.reason === "Missing" ? verdict : (request ?? verdict);
  if (due === undefined) return keep(input, subject);
  if (halted !== undefined) return { ...halted, ...about(input, subject), keptFromRotating: true };
  return { action: due.reason === "Missing" ? "create" : "rotate", ...due, ...about(input, subject) };
};

const onConflict = (input: DecisionInput, subject: Subject, conflict: Conflict): Action =>
  report(conflict.reason, conflict.message, {
    ...about(input, subject),
    keptFromRotating:
      input.request !== undefined || (conflict.reason !== "InProgress" && isDue(input, subject)),
  });

/** The whole decision about one lineage: a pure function of the policy, of what was observed, and of the time. */
export const decide = (input: DecisionInput): Decision => {
  const { lineage, observed, now } = input;
  const account = takeAccount(lineage, observed, now);
  const subject = findSubject(account, observed, now);
  const conflictInput: ConflictInput = { ...input, account, subject };
  const conflict = findConflict(conflictInput);
  const main = conflict ? onConflict(input, subject, conflict) : chooseMain(input, account, subject);
  const { deletions, waiting, reports } = planDeletions(conflictInput, conflict);
  const rotates = main.action === "create" || main.action === "rotate";
  return {
    account,
    deletions,
    main,
    rotation: rotates
      ? planRotation(lineage, observed, { account, subject, leaked: input.request === "rotate-leaked" })
      : undefined,
    reports: [...reports, ...sayBeside(input, account, subject)],
    waiting,
    restoreTags: account.tagsStripped && conflict === undefined,
  };
};

/** Whether the decision would be a different one if all versions, labelled or not, were known. */
export const needsVersionIds = ({ account }: Decision): boolean =>
  account.strays.length > 0 || account.byHand.length > 0;

/** The id to ask GitLab for: `AWSCURRENT` names it, and the list does not hold it. */
export const idToProbe = ({ account }: Decision): number | undefined =>
  account.current.kind === "ours" && account.current.token === undefined
    ? account.current.version.tokenId
    : undefined;
