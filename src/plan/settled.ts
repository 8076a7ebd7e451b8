import type { Account } from "./account.ts";
import type { Decision } from "./decide.ts";
import { idToProbe, needsVersionIds } from "./decide.ts";

/** A rotation that was begun and not proved to have ended may have left a token that nothing names yet. */
const isOpen = ({ record, fulfilled }: Account): boolean =>
  record !== undefined && !fulfilled && !record.undone;

/**
 * Whether a decision that was made from lists of everything, which tell of no token whose it is, can stand without a look at
 * the target itself: a token of ours is current and healthy, and nothing is to be done, asked or wondered about.
 */
export const isSettled = (decision: Decision): boolean => {
  const { account, main, rotation, deletions, restoreTags } = decision;
  return (
    main.action === "keep" &&
    main.reason === "Healthy" &&
    account.owner === "us" &&
    account.current.kind === "ours" &&
    account.current.listed &&
    !isOpen(account) &&
    rotation === undefined &&
    deletions.length === 0 &&
    !restoreTags &&
    idToProbe(decision) === undefined &&
    !needsVersionIds(decision)
  );
};
