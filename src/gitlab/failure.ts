import { type FailedOutcome, GitLabError, type GitLabErrorCode } from "../model/errors.ts";
import { type Answer, type Call, describeCall } from "./call.ts";
import { errorCode, gitLabMessage, neededScopes } from "./short-message.ts";

interface Diagnosis {
  readonly code: GitLabErrorCode;
  /** What to do, as a sentence. */
  readonly advice: string;
  readonly outcome: FailedOutcome;
}

/** An answer that is not what was asked for, as an error that says what to do. */
export const failureOf = (call: Call, answer: Answer): GitLabError => {
  const { code, advice, outcome } = diagnose(call, answer);
  const said = answer.status < 500 ? gitLabMessage(answer.error) : undefined;
  const quote = said === undefined ? "" : ` "${said}"`;
  return new GitLabError(`GitLab answered ${answer.status}${quote} to ${describeCall(call)}. ${advice}`, {
    code,
    route: call.route,
    status: answer.status,
    outcome,
  });
};

const diagnose = (call: Call, answer: Answer): Diagnosis => {
  const { status } = answer;
  if (status >= 500)
    return {
      code: "ERR_GITLAB_UNAVAILABLE",
      advice: "GitLab, or a proxy before it, is in trouble; the next pass tries again.",
      outcome: "unknown",
    };
  if (status < 400)
    return {
      code: "ERR_GITLAB_RESPONSE_INVALID",
      advice: "That is no answer to this request: is gitlab.url GitLab's own address?",
      outcome: "unknown",
    };
  return { ...refusal(call, answer), outcome: "refused" };
};

const refusal = (call: Call, { status, error }: Answer): Omit<Diagnosis, "outcome"> => {
  switch (status) {
    case 401:
      return { code: "ERR_GITLAB_UNAUTHORIZED", advice: unauthorized(gitLabMessage(error) ?? "") };
    case 403:
      return { code: "ERR_GITLAB_FORBIDDEN", advice: forbidden(call, error) };
    case 404:
      return { code: "ERR_GITLAB_NOT_FOUND", advice: notFound(call, error) };
    case 405:
      return {
        code: "ERR_GITLAB_NOT_FOUND",
        advice: `The ${call.subject} has moved: use its present path or its id.`,
      };
    case 409:
      return {
        code: "ERR_GITLAB_UNAVAILABLE",
        advice: "Somebody else holds a lock; the next pass tries again.",
      };
    case 429:
      return {
        code: "ERR_GITLAB_RATE_LIMITED",
        advice: "Lower limits.gitlab_requests_per_second, or raise GitLab's limit.",
      };
    default:
      return { code: "ERR_GITLAB_INVALID", advice: "GitLab refuses what was asked; nothing was changed." };
  }
};

const unauthorized = (said: string): string => {
  const state = /expired/i.test(said)
    ? "The access token has expired"
    : /revoked/i.test(said)
      ? "The access token was revoked"
      : "GitLab does not know the access token";
  return `${state}: create an access token with the scope api and set GITLAB_TOKEN.`;
};

const forbidden = (call: Call, error: unknown): string => {
  if (errorCode(error) === "insufficient_scope")
    return `The access token's scopes do not allow it (one of: ${neededScopes(error) ?? call.scope ?? "api"}): create one with the scope api and set GITLAB_TOKEN.`;
  // GitLab itself answers in JSON; a ban after too many failed logins, or a firewall, does not.
  if (gitLabMessage(error) === undefined)
    return "GitLab, or a firewall before it, shuts this address out: wait until the ban ends, or ask GitLab's administrator.";
  return call.role === undefined
    ? "The access token's user may not do this."
    : `The access token's user needs the role ${call.role} in the ${call.subject}.`;
};

const notFound = (call: Call, error: unknown): string => {
  const said = gitLabMessage(error) ?? "";
  if (/^404 (?:Project|Group) Not Found$/i.test(said))
    return `The ${call.subject} does not exist, or the access token's user cannot see it: check the path, and make the user a member.`;
  if (isMissing(error)) return "It does not exist there any more.";
  return "There is no such route: check gitlab.url (with its relative root, if any), that no proxy decodes %2F, and that this GitLab is 14.9 or later.";
};

/** The one 404 that says: the target is there, and has no token of that id. */
export const isMissing = (error: unknown): boolean =>
  errorCode(error) === undefined && gitLabMessage(error) === "404 Not found";

/** An answer of the right status whose content is not what GitLab documents. */
export const invalidAnswer = (call: Call, answer: Pick<Answer, "status">, problem: string): GitLabError =>
  new GitLabError(
    `GitLab's answer to ${describeCall(call)} cannot be used: ${problem}. Is this GitLab 14.9 or later, and does a proxy change its answers?`,
    { code: "ERR_GITLAB_RESPONSE_INVALID", route: call.route, status: answer.status, outcome: "unknown" },
  );
