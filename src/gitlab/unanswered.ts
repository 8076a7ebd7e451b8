import { type FailedOutcome, GitLabError, type GitLabErrorCode } from "../model/errors.ts";
import { ImmodestAnswerError } from "./bounded-answer.ts";
import { type Call, describeCall } from "./call.ts";

interface Diagnosis {
  readonly code: GitLabErrorCode;
  readonly what: string;
  readonly advice: string;
  /** `refused` only where the request cannot have left. */
  readonly outcome: FailedOutcome;
  readonly mayPass: boolean;
}

/** A request without a usable answer, and whether sending it again may help. */
export const unanswered = (
  call: Call,
  error: unknown,
): { readonly failure: GitLabError; readonly mayPass: boolean } => {
  const { code, what, advice, outcome, mayPass } = diagnose(error);
  const failure = new GitLabError(`${what}: ${describeCall(call)}. ${advice}`, {
    code,
    route: call.route,
    outcome,
    // A parser's error quotes what it could not read, which may be a token's value.
    ...(error instanceof SyntaxError ? {} : { cause: error }),
  });
  return { failure, mayPass };
};

const diagnose = (error: unknown): Diagnosis => {
  if (error instanceof SyntaxError) return notJson;
  if (error instanceof ImmodestAnswerError) return tooLong;
  const chain = causesOf(error);
  if (chain.some(({ message }) => message === "unexpected redirect")) return redirected;
  const code = chain.map(codeOf).find((each) => each !== undefined);
  const suffix = code === undefined ? "" : ` (${code})`;
  if (chain.some(isUntrusted)) return { ...untrusted, what: `${untrusted.what}${suffix}` };
  if (chain.some(isBeforeSending)) return { ...unreachable, what: `${unreachable.what}${suffix}` };
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" || code === "ERR_BUFFER_TOO_LARGE") return tooLong;
  const timedOut = chain.some(({ name, message }) => /timeout/i.test(name) || /timeout/i.test(message));
  const { what, ...rest } = timedOut ? slow : broken;
  return { ...rest, what: `${what}${suffix}` };
};

const notJson: Diagnosis = {
  code: "ERR_GITLAB_RESPONSE_INVALID",
  what: "GitLab's answer is not JSON",
  advice: "Is gitlab.url GitLab's own address, and does a proxy or a login page answer in its place?",
  outcome: "unknown",
  mayPass: false,
};

const redirected: Diagnosis = {
  code: "ERR_GITLAB_RESPONSE_INVALID",
  what: "GitLab answered with a redirect, which is never followed",
  advice: "Set gitlab.url to the address that it leads to (https?).",
  outcome: "unknown",
  mayPass: false,
};

const tooLong: Diagnosis = {
  code: "ERR_GITLAB_RESPONSE_INVALID",
  what: "GitLab's answer is far too long",
  advice: "Is gitlab.url GitLab's own address?",
  outcome: "unknown",
  mayPass: false,
};

const untrusted: Diagnosis = {
  code: "ERR_GITLAB_UNAVAILABLE",
  what: "No trusted TLS connection to GitLab",
  advice: "Check gitlab.url; for a private certificate authority set NODE_EXTRA_CA_CERTS to its file.",
  outcome: "refused",
  mayPass: false,
};

const unreachable: Diagnosis = {
  code: "ERR_GITLAB_UNAVAILABLE",
  what: "GitLab cannot be reached",
  advice: "Check gitlab.url, DNS and proxies, and that GitLab is up.",
  outcome: "refused",
  mayPass: true,
};

const slow: Diagnosis = {
  code: "ERR_GITLAB_UNAVAILABLE",
  what: "GitLab did not answer in time",
  advice: "The next pass tries again.",
  outcome: "unknown",
  mayPass: true,
};

const broken: Diagnosis = {
  code: "ERR_GITLAB_UNAVAILABLE",
  what: "The connection to GitLab broke",
  advice: "The next pass tries again.",
  outcome: "unknown",
  mayPass: true,
};

/** The error, what caused it, and so on; for a host with several addresses, each attempt. */
const causesOf = (error: unknown): readonly Error[] => {
  const chain: Error[] = [];
  const pending = [error];
  while (pending.length > 0 && chain.length < 16) {
    const next = pending.shift();
    if (!(next instanceof Error)) continue;
    chain.push(next);
    pending.push(next.cause, ...(next instanceof AggregateError ? next.errors : []));
  }
  return chain;
};

const codeOf = (error: Error): string | undefined => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
};

const isUntrusted = (error: Error): boolean =>
  /CERT|SIGNATURE|SSL_WRONG_VERSION|SSL_TLSV1_ALERT|HANDSHAKE_FAILURE|UNSUPPORTED_PROTOCOL/.test(
    codeOf(error) ?? "",
  ) || error.message.includes("before secure TLS connection was established");

const BEFORE_SENDING = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_PRX_CONN", "UND_ERR_PRX_TLS"]);

/** A socket error names its system call: a refused or unanswered connection is told from one that broke later. */
const isBeforeSending = (error: Error): boolean => {
  const { syscall } = error as { readonly syscall?: unknown };
  return syscall === "connect" || syscall === "getaddrinfo" || BEFORE_SENDING.has(codeOf(error) ?? "");
};
