import type { DeployToken } from "../model/deploy-token.ts";
import { SCOPES } from "../model/deploy-token.ts";
import type { Account } from "./account.ts";
import { currentVersionId } from "./account.ts";
import type { Lineage, Observed } from "./lineage.ts";
import { predecessorOf, type Subject } from "./subject.ts";

/** What a rotation will ask GitLab for, write into the record, and expect of the secret. */
export interface Rotation {
  readonly username: string;
  readonly scopes: readonly string[];
  readonly existing: readonly number[];
  readonly strays: readonly number[];
  readonly leaked: boolean;
  /** The version that `AWSCURRENT` is on: when it has moved, another process was faster. */
  readonly currentVersionId: string | undefined;
}

const GIVEN_BY_GITLAB = /^gitlab\+deploy-token-\d+$/;

/** What GitLab takes as a username (`[a-zA-Z0-9.+_-]`, 255 at most), nearest to the token's name. */
const usernameFromName = (name: string): string =>
  Array.from(name, (character) => (/[A-Za-z0-9.+_-]/.test(character) ? character : "-"))
    .join("")
    .slice(0, 255) || "deploy-token";

/** Stays the same across rotations, so that whoever wrote it down keeps working; GitLab lets two tokens share one. */
export const chooseUsername = (lineage: Lineage, predecessor: DeployToken | undefined): string => {
  const { username } = lineage.entry;
  if (username !== undefined) return username;
  return predecessor === undefined || GIVEN_BY_GITLAB.test(predecessor.username)
    ? usernameFromName(lineage.token)
    : predecessor.username;
};

const replacedByHand = (lineage: Lineage, subject: Subject): number[] => {
  if (subject.kind === "by-hand" || subject.kind === "moved") return [subject.token.id];
  // Whoever made it after ours was gone may be using it: it is ours to delete only where the policy says so.
  return subject.kind === "gone" && subject.replacement && lineage.entry.existing !== "report"
    ? [subject.replacement.id]
    : [];
};

export const planRotation = (
  lineage: Lineage,
  observed: Observed,
  { account, subject, leaked }: { account: Account; subject: Subject; leaked: boolean },
): Rotation => {
  const predecessor = predecessorOf(subject);
  const wanted = lineage.entry.kind === "declared" ? lineage.entry.scopes : (predecessor?.scopes ?? []);
  const known = SCOPES.filter((scope) => wanted.includes(scope));
  const carried = account.existing.map(({ id }) => id);
  return {
    username: chooseUsername(lineage, predecessor),
    scopes: [...known, ...wanted.filter((scope) => !SCOPES.some((other) => other === scope))],
    existing: [...new Set([...replacedByHand(lineage, subject), ...carried])],
    strays: account.strays.map(({ id }) => id),
    leaked: leaked || (account.record?.leaked === true && !account.fulfilled),
    currentVersionId:
      observed.secret.status === "found" ? currentVersionId(observed.secret.description) : undefined,
  };
};
