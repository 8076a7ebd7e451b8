import { MINUTE } from "../../src/model/duration.ts";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import { overlapOf, type PolicyChoice } from "./policy-choice.ts";
import type { WorldToken } from "./world/gitlab-world.ts";
import type { WorldSecret } from "./world/store-world.ts";
import { currentOf } from "./world/store-world.ts";
import type { World } from "./world/world.ts";

/** Two machines' clocks, each up to a minute from GitLab's. */
const CLOCKS_APART = 2 * MINUTE;
/** A read may be five minutes old, and what relies on it goes out within one of it and is under way for one. */
const OVERLOOKED = 7 * MINUTE;
const UNDER_WAY = MINUTE;

/** What a process knows of the secrets: the true time that its last read of each showed, by ARN. */
export type Knowledge = ReadonlyMap<string, number>;

const passwordOf = (value: string): string => {
  try {
    return String((JSON.parse(value) as { password?: unknown }).password);
  } catch {
    return value;
  }
};

/** The stored text that holds a token's value. */
export const isValueOf = (stored: string | undefined, token: Pick<WorldToken, "value">): boolean =>
  stored !== undefined && passwordOf(stored) === token.value;

const storedText = (world: World, token: WorldToken): string | undefined =>
  world.store
    .secrets()
    .flatMap(({ versions }) => versions)
    .find(({ value }) => isValueOf(value, token))?.value;

/**
 * Known limits: people who move labels about too late for the read that an action relies on to show it, or our tags to
 * another secret.
 */
const mayBeOverlooked = (world: World, knowledge: Knowledge, leftAt = world.now() - UNDER_WAY): boolean => {
  // Nothing that leaves can be called back, however long it is under way.
  const since = Math.min(world.now() - UNDER_WAY, leftAt) - (OVERLOOKED - UNDER_WAY);
  return (
    world.movedTags ||
    [...world.touchedByPeople].some(
      ([arn, time]) => time >= since && time >= (knowledge.get(arn) ?? Number.NEGATIVE_INFINITY),
    )
  );
};

interface Acting {
  readonly choice: PolicyChoice;
  readonly knowledge: Knowledge;
}

/** Promises 1, 2 and 3, as a token goes that the program itself deletes. */
export const checkDeletion = (
  world: World,
  token: WorldToken,
  { choice, knowledge, leaked, leftAt }: Acting & { readonly leaked: boolean; readonly leftAt: number },
): void => {
  const { journal, store, now } = world;
  const text = storedText(world, token);
  const lastCurrent = text === undefined ? undefined : store.lastCurrentAt(text);
  const expired = token.expiresAt !== undefined && token.expiresAt.getTime() < now();
  world.deletedByUs.add(token.value);
  // A secret without our tags is nobody's that we know of, and what has leaked or expired goes all the same; so does
  // what then looks like made by hand, where the policy gives such tokens a time.
  const asExisting = choice.existingOverlap !== "expiry" && world.recordedExisting.has(token.id);
  if (world.strippedTags && (expired || leaked || asExisting)) return;
  if (token.maker === "person") checkPersonsToken(world, token, { choice, expired, leaked });
  // What has expired, or what somebody has revoked, serves no consumer any more.
  if (token.revoked || expired) return;
  if (!mayBeOverlooked(world, knowledge, leftAt) && lastCurrent !== undefined) {
    if (lastCurrent === Number.POSITIVE_INFINITY)
      journal.violated(1, `token ${token.id} was deleted while AWSCURRENT held it`);
    else if (
      Number.isFinite(lastCurrent) &&
      !leaked &&
      now() - lastCurrent < overlapOf(choice) - CLOCKS_APART
    )
      journal.violated(2, `token ${token.id} was deleted ${now() - lastCurrent} ms after it was AWSCURRENT`);
  }
  if (text !== undefined && store.isReadFromReplica(text) && !mayBeOverlooked(world, knowledge))
    journal.violated(2, `token ${token.id} was deleted while a replica served it`);
  if (text !== undefined && !leaked && !mayBeOverlooked(world, knowledge) && isLastLive(world, token))
    journal.violated(2, `token ${token.id}, the last one that lives, was deleted`);
};

const isLastLive = (world: World, token: WorldToken): boolean => {
  const isLive = ({ revoked, expiresAt }: WorldToken): boolean =>
    !revoked && (expiresAt === undefined || expiresAt.getTime() >= world.now());
  const others = world.gitlab.all().filter((other) => other.target === token.target && other !== token);
  return isLive(token) && !others.some(isLive);
};

const checkPersonsToken = (
  world: World,
  token: WorldToken,
  {
    choice,
    expired,
    leaked,
  }: { readonly choice: PolicyChoice; readonly expired: boolean; readonly leaked: boolean },
): void => {
  if (!world.recordedExisting.has(token.id))
    world.journal.violated(
      3,
      `token ${token.id}, made by a person, was deleted though no rotation replaced it`,
    );
  else if (choice.existingOverlap === "expiry" && !expired && !leaked)
    world.journal.violated(2, `token ${token.id}, made by a person, was deleted before it had expired`);
};

/** Promise 1 and what is nobody's to overwrite, as a value goes into a secret. */
export const checkPut = (
  world: World,
  secret: WorldSecret,
  { value, choice, knowledge }: Acting & { readonly value: string },
): void => {
  const { journal } = world;
  if (world.deletedByUs.has(passwordOf(value)))
    journal.violated(1, `${secret.name} was given a token that the program had deleted`);
  const token = world.gitlab.byValue(passwordOf(value));
  const target = token?.target.replace(/^(\w+) /, "$1s/");
  if (target !== undefined && !world.strippedTags && !secret.tags[LINEAGE_TAG]?.includes(` ${target} `))
    journal.violated(3, `${secret.name} was given a token of ${target}`);
  const current = currentOf(secret);
  const foreign = current !== undefined && !current.id.startsWith("deploy-token-");
  if (foreign && !choice.adoptSecret && !mayBeOverlooked(world, knowledge))
    journal.violated(3, `a value of somebody else in ${secret.name} was replaced`);
};
