import type { AccessToken } from "../model/access-token.ts";
import type { DoctorCheck } from "../model/doctor.ts";
import { DAY } from "../model/duration.ts";
import { GitLabError } from "../model/errors.ts";
import { fail, notTried, pass, textOf, warn } from "./doctor-check.ts";
import { inWords, minutes } from "./words.ts";

/** What GitLab says of something, or why it could not be read. */
export type Asked<Value> = { readonly value: Value } | { readonly error: unknown };

const TESTED = ["17.11", "19.1"] as const;

const NO_SELF = "Look at the token's scope and expiry in GitLab yourself.";

export const judgeVersion = (asked: Asked<{ readonly version: string }>): DoctorCheck => {
  const tested = `tested with ${TESTED.join(" and ")}`;
  if ("error" in asked)
    return warn(
      "version",
      `GitLab does not say which version it is: ${textOf(asked.error)}`,
      `15.5 or later is needed (${tested}).`,
    );
  const { version } = asked.value;
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const is = `GitLab ${version}`;
  if (isBelow([major, minor], [14, 9]))
    return fail("version", `${is} cannot show a single deploy token.`, "Update GitLab to 15.5 or later.");
  if (isBelow([major, minor], [15, 5]))
    return warn(
      "version",
      `${is} does not tell about our own access token.`,
      `Update GitLab to 15.5 or later. ${NO_SELF}`,
    );
  if (isBelow([major, minor], [17, 11]))
    return warn(
      "version",
      `${is} is older than what we have tested (${tested}).`,
      "Try `plan` and one `rotate` first.",
    );
  if (major > 19)
    return warn(
      "version",
      `${is} is newer than what we have tested (${tested}).`,
      "Try `plan` and one `rotate` first.",
    );
  return TESTED.some((known) => known === `${major}.${minor}`)
    ? pass("version", `${is}, which we have tested.`)
    : pass("version", `${is} (${tested}).`);
};

const isBelow = (version: readonly [number, number], limit: readonly [number, number]): boolean =>
  version[0] < limit[0] || (version[0] === limit[0] && version[1] < limit[1]);

const NEW_TOKEN = "Create an access token with the scope api and set GITLAB_TOKEN.";

/** Whether anything at all can be asked with it. */
export const isUsable = (asked: Asked<AccessToken>): boolean =>
  "value" in asked
    ? asked.value.active
    : !(asked.error instanceof GitLabError) || asked.error.code !== "ERR_GITLAB_UNAUTHORIZED";

export const judgeToken = (asked: Asked<AccessToken>, now: Date): readonly DoctorCheck[] => {
  if ("error" in asked) {
    const missing = asked.error instanceof GitLabError && asked.error.code === "ERR_GITLAB_NOT_FOUND";
    const valid = missing
      ? warn("token-valid", "This GitLab does not tell about our own access token (15.5 does).", NO_SELF)
      : isUsable(asked)
        ? fail("token-valid", textOf(asked.error))
        : fail("token-valid", withoutAdvice(textOf(asked.error)), NEW_TOKEN);
    return [valid, notTried("token-scope", "token-valid"), notTried("token-expiry", "token-valid")];
  }
  const token = asked.value;
  return [validity(token), scope(token), expiry(token, now)];
};

/** The error gives the advice that stands beside it, too. */
const withoutAdvice = (message: string): string => message.replace(/: create an access token [^:]*$/, ".");

const validity = ({ active, id, name }: AccessToken): DoctorCheck =>
  active
    ? pass("token-valid", `GitLab knows our access token ${JSON.stringify(name)} (id ${id}).`)
    : fail("token-valid", `Our access token ${JSON.stringify(name)} (id ${id}) is not active.`, NEW_TOKEN);

const scope = ({ scopes }: AccessToken): DoctorCheck => {
  const has = scopes.length === 0 ? "no scope" : scopes.join(", ");
  if (scopes.includes("api")) return pass("token-scope", `It has the scope api (${has}).`);
  if (scopes.includes("granular"))
    return warn(
      "token-scope",
      "It is a fine-grained token, and GitLab does not tell what it may do.",
      "It needs to read, create and delete deploy tokens, and to read projects, groups and their members.",
    );
  if (scopes.includes("read_api"))
    return fail(
      "token-scope",
      "It has the scope read_api, but not api: `plan`, `status` and `audit` work, `apply` and `run` cannot rotate.",
      NEW_TOKEN,
    );
  return fail("token-scope", `It lacks the scope api (it has ${has}).`, NEW_TOKEN);
};

const SOON = 30 * DAY;
const TOO_SOON = 7 * DAY;

const expiry = ({ expiresAt }: AccessToken, now: Date): DoctorCheck => {
  if (expiresAt === undefined) return pass("token-expiry", "It never expires.");
  const left = expiresAt.getTime() - now.getTime();
  const fix = "Make a new one and replace GITLAB_TOKEN in time: nothing is rotated once it has expired.";
  if (left <= 0) return fail("token-expiry", `It expired ${minutes(expiresAt)}.`, NEW_TOKEN);
  const message = `It expires ${minutes(expiresAt)} (in ${inWords(left)}).`;
  if (left < TOO_SOON) return fail("token-expiry", message, fix);
  return left < SOON ? warn("token-expiry", message, fix) : pass("token-expiry", message);
};
