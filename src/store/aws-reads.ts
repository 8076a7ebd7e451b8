import type { Clock } from "../model/clock.ts";
import { milliseconds } from "../model/duration.ts";
import { SecretStoreError } from "../model/errors.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription } from "../model/ports.ts";
import { ANSWERS, readAnswer, unusable } from "./aws-answers.ts";
import { calling } from "./aws-calling.ts";
import type { AwsClients } from "./aws-clients.ts";
import { fromDescribe, fromListEntry } from "./aws-description.ts";
import type { AwsStep } from "./aws-errors.ts";

const PAGE = 100;

/** Entries that are read in one go, before others get a turn: beside this list, thousands of others are under way. */
const AT_A_STRETCH = 5;

/** Pages that are asked for beyond the one that is worked through, and kept until it is their turn. */
const AHEAD = 2;

/** Whoever comes to wait for it is told; until somebody does, nobody need be. */
const heard = <Value>(promise: Promise<Value>): Promise<Value> => {
  promise.catch(() => undefined);
  return promise;
};

/** Every secret with the tag of a lineage, page after page, the next one under way while one is worked through. */
export const listWith = (clients: AwsClients, clock: Clock) => {
  const readPage = async (token: string | undefined) => {
    const command = new clients.sdk.ListSecretsCommand({
      Filters: [{ Key: "tag-key", Values: [LINEAGE_TAG] }],
      IncludePlannedDeletion: true,
      MaxResults: PAGE,
      NextToken: token,
    });
    const answer = readAnswer(
      ANSWERS.secrets,
      { step: "list" },
      await calling({ step: "list" }, () => clients.retrying.send(command, clients.bounded.retrying())),
    );
    const next = followingToken(token, answer.NextToken ?? undefined, { step: "list" });
    return { entries: answer.SecretList, next: next === "" ? undefined : next };
  };
  type Page = Awaited<ReturnType<typeof readPage>>;
  const pageAfter = async (before: Promise<Page | undefined>): Promise<Page | undefined> => {
    const next = (await before)?.next;
    return next === undefined ? undefined : readPage(next);
  };
  /** Only a page tells where the next one begins: that one is asked for as soon as it has come, whatever is still to be read. */
  const pages = async function* (): AsyncGenerator<Page> {
    let last: Promise<Page | undefined> = heard(readPage(undefined));
    const ahead = [last];
    for (;;) {
      while (ahead.length <= AHEAD) {
        last = heard(pageAfter(last));
        ahead.push(last);
      }
      const page = await ahead.shift();
      if (page === undefined) return;
      yield page;
    }
  };
  return async function* (): AsyncGenerator<SecretDescription> {
    for await (const { entries } of pages()) {
      const region = await clients.region();
      for (const [index, entry] of entries.entries()) {
        if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await clock.sleep(milliseconds(0));
        const at = ["SecretList", index];
        const secret = fromListEntry(readAnswer(ANSWERS.listed, { step: "list" }, entry, at), region);
        // AWS filters by prefix; only the tag itself is ours.
        if (Object.hasOwn(secret.tags, LINEAGE_TAG)) yield secret;
      }
    }
  };
};

/** One secret by name or address; `undefined` where there is none. */
export const describeWith =
  (clients: AwsClients) =>
  async (secretId: string): Promise<SecretDescription | undefined> => {
    const step: AwsStep = { step: "describe", secretId };
    try {
      const command = new clients.sdk.DescribeSecretCommand({ SecretId: secretId });
      const answer = await calling(step, () => clients.retrying.send(command, clients.bounded.retrying()));
      const secret = fromDescribe(readAnswer(ANSWERS.description, step, answer), await clients.region());
      // A proxy or a cache may answer with another's: what is done then would be done to a stranger.
      if (secret.arn !== secretId && secret.name !== secretId)
        throw unusable(step, "it describes another secret");
      return secret;
    } catch (error) {
      if (error instanceof SecretStoreError && error.code === "ERR_SECRET_NOT_FOUND") return undefined;
      throw error;
    }
  };

/** The ids of all versions of a secret, those without a label too. */
export const versionsWith =
  (clients: AwsClients) =>
  async (secretId: string): Promise<readonly string[]> => {
    const step: AwsStep = { step: "versions", secretId };
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const command = new clients.sdk.ListSecretVersionIdsCommand({
        SecretId: secretId,
        IncludeDeprecated: true,
        MaxResults: PAGE,
        NextToken: token,
      });
      const answer = readAnswer(
        ANSWERS.versionIds,
        step,
        await calling(step, () => clients.retrying.send(command, clients.bounded.retrying())),
      );
      ids.push(...(answer.Versions ?? []).flatMap(({ VersionId }) => VersionId ?? []));
      token = followingToken(token, answer.NextToken ?? undefined, step);
    } while (token !== undefined && token !== "");
    return ids;
  };

/** The same page again and again would keep a pass going for ever. */
const followingToken = (
  sent: string | undefined,
  next: string | undefined,
  step: AwsStep,
): string | undefined => {
  if (next === undefined || next !== sent) return next;
  throw new SecretStoreError(
    `AWS answered ${step.step} with the page that was asked for as the next one. Is the endpoint Secrets Manager's?`,
    { code: "ERR_SECRET_UNAVAILABLE", ...step, outcome: "refused" },
  );
};
