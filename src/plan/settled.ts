import type { Account } from "./account.ts";
import type { Decision } from "./decide.ts";

/** A rotation that was begun and not proved to have ended may have left a token that nothing names. */
const isOpen = ({ record, fulfilled }: Account): boolean =>
  record !== undefined && !fulfilled && !record.undone;

/**
 * Whether a decision that was made from lists of everything, which tell of no token whose it is, can stand without a look at
 * the target itself: nothing is to be done, and nothing is left open.
 */
export const isSettled = (decision: Decision): boolean =>
  decision.main.reason === "Healthy" && decision.deletions.length === 0 && !isOpen(decision.account);
