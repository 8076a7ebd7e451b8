import type { SecretDescription } from "../model/ports.ts";
import { usesPlaceholder } from "../policy/template.ts";
import type { Account } from "./account.ts";
import type { Decision } from "./decide.ts";
import type { Lineage } from "./lineage.ts";

/** A rotation that was begun and not proved to have ended may have left a token that nothing names. */
const isOpen = ({ record, fulfilled }: Account): boolean =>
  record !== undefined && !fulfilled && !record.undone;

/**
 * Whether a decision that was made from lists of everything, which tell of no token whose it is, can stand without a look at
 * the target itself: nothing is to be done, and nothing is left open.
 */
export const isSettled = (decision: Decision): boolean =>
  decision.main.reason === "Healthy" && decision.deletions.length === 0 && !isOpen(decision.account);

/**
 * Whether the secret's name, too, says whose it is. A tag is moved to another lineage by hand in no time, and the tokens that
 * its versions name then belong to another target, which a list of everything does not show.
 */
export const namesItsTarget = ({ entry, secretName }: Lineage, { name }: SecretDescription): boolean => {
  const uses = (key: "kind" | "path" | "id"): boolean => usesPlaceholder(entry.secret, key);
  // A project and a group may have one id, but never one path.
  return name === secretName && (uses("path") || (uses("kind") && uses("id")));
};
