import type { Answer, Call } from "../support/http/call.ts";
import type { FaultRule as GitLabFault } from "../support/http/faults.ts";
import type { FaultRule as AwsFault } from "../support/secrets-manager/faults.ts";

const POST = { method: "POST", route: /deploy_tokens$/ };
const LIST = { method: "GET", route: /deploy_tokens$/ };
const PROJECT = { method: "GET", route: /projects\/:id$/ };
const LOGIN = { route: /^\/jwt\/auth$/ };
const HTML = { "Content-Type": "text/html" };
const ALWAYS = Number.POSITIVE_INFINITY;

type Fields = Record<string, unknown>;

/** The answer to a POST that GitLab has carried out, as somebody rewrites it who knows the value. */
const rewritten = (rewrite: (fields: Fields, answer: Answer) => Answer): GitLabFault => ({
  match: POST,
  after: { alter: (answer) => rewrite(JSON.parse(answer.body ?? "{}") as Fields, answer) },
});
const fields = (change: (fields: Fields) => Fields): GitLabFault =>
  rewritten((all, answer) => ({ ...answer, body: JSON.stringify(change(all)) }));

/** Every credential that the request carried, in the open. */
const quoting = ({ headers }: Call): string => {
  const basic = headers["authorization"] ?? "";
  const decoded = Buffer.from(basic.replace(/^Basic /, ""), "base64").toString("utf8");
  return `${headers["private-token"] ?? ""} ${basic} ${decoded}`;
};
const quoted = (
  status: number,
  match: GitLabFault["match"],
  shape: (text: string) => unknown,
): GitLabFault => ({
  match: match ?? {},
  times: ALWAYS,
  after: {
    alter: (_, call) => ({
      status,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(shape(quoting(call))),
    }),
  },
});
const page = (status: number, match: GitLabFault["match"]): GitLabFault => ({
  match: match ?? {},
  times: ALWAYS,
  after: {
    alter: (_, call) => ({ status, headers: HTML, body: `<html>you sent ${quoting(call)}</html>` }),
  },
});
const message = (text: string) => ({ message: text });

/** What GitLab, or whoever stands before it, does to the one project of that name. */
export const GITLAB_CHATTER: Readonly<Record<string, readonly GitLabFault[]>> = {
  lost: [{ match: POST, after: "reset" }],
  truncated: [{ match: POST, after: "truncate" }],
  // The parser's own error quotes the ten characters before the x.
  "broken-json": [rewritten(({ token }, answer) => ({ ...answer, body: `[1, 2, "${token}",x]` }))],
  "json-is-the-value": [rewritten(({ token }, answer) => ({ ...answer, body: String(token) }))],
  "html-201": [rewritten(({ token }, answer) => ({ ...answer, headers: HTML, body: `<b>${token}</b>` }))],
  "no-value": [fields(({ token, ...rest }) => ({ ...rest, value: token }))],
  "value-as-id": [fields((all) => ({ ...all, id: all["token"] }))],
  "value-as-name": [fields((all) => ({ ...all, name: all["token"] }))],
  "value-as-expiry": [fields((all) => ({ ...all, expires_at: all["token"] }))],
  "value-as-scope": [fields((all) => ({ ...all, scopes: [all["token"]] }))],
  "value-in-location": [
    rewritten(({ token }) => ({ status: 302, headers: { Location: `https://x.example/?t=${token}` } })),
  ],
  "value-in-a-refusal": [
    rewritten(({ token }, answer) => ({
      ...answer,
      status: 400,
      body: JSON.stringify(message(`${token} is taken`)),
    })),
  ],
  "login-400": [quoted(400, LOGIN, message)],
  "login-401": [quoted(401, LOGIN, message)],
  "login-403": [quoted(403, LOGIN, (text) => ({ errors: [{ code: "DENIED", message: text }] }))],
  "login-500": [page(500, LOGIN)],
  "login-200": [page(200, LOGIN)],
  "login-bad-jwt": [
    quoted(200, LOGIN, (text) => ({ token: `a.${Buffer.from(text).toString("base64url")}.b` })),
  ],
  "not-deleted": [quoted(400, LOGIN, message), quoted(403, { method: "DELETE" }, message)],
  "list-403": [quoted(403, LIST, message)],
  "list-401": [quoted(401, LIST, (text) => ({ error: "invalid_token", error_description: text }))],
  "list-scope": [quoted(403, LIST, (text) => ({ error: "insufficient_scope", scope: text }))],
  "list-200": [page(200, LIST)],
  "list-502": [page(502, LIST)],
  "post-400": [quoted(400, POST, (text) => ({ error: `name ${text} is invalid` }))],
  "place-404": [{ ...quoted(404, PROJECT, message), match: { ...PROJECT, path: /projects\/\d+$/ } }],
  "resolve-301": [
    {
      match: { ...PROJECT, path: /%2F/ },
      times: ALWAYS,
      after: {
        alter: (_, call) => ({
          status: 301,
          headers: { Location: `https://x.example/?${encodeURIComponent(quoting(call))}` },
        }),
      },
    },
  ],
};

const put = { operation: "PutSecretValue" };
const echo = (error: string, status = 400): AwsFault => ({
  match: put,
  before: {
    error,
    status,
    message: ({ SecretString = "" }) => `1 error: Value '${SecretString}' at 'secretString'`,
  },
});

/** What Secrets Manager, or whoever stands before it, does to the one secret of that name. */
export const AWS_CHATTER: Readonly<Record<string, AwsFault>> = {
  "put-lost": { match: put, after: "reset" },
  "put-truncated": { match: put, after: "truncate" },
  "put-html": { match: put, after: "html" },
  "put-denied": { match: put, before: { error: "AccessDeniedException", message: "not authorized" } },
  "put-quoted": echo("ValidationException"),
  "put-quoted-500": echo("InternalServiceError", 500),
  "put-quoted-escaped": {
    match: put,
    before: {
      error: "InvalidParameterException",
      message: ({ SecretString = "" }) => JSON.stringify(SecretString),
    },
  },
  "put-password-quoted": {
    match: put,
    before: {
      error: "InvalidParameterException",
      message: ({ SecretString = "{}" }) =>
        `bad: ${(JSON.parse(SecretString) as { password: string }).password}`,
    },
  },
  "create-denied": { match: { operation: "CreateSecret" }, before: { error: "AccessDeniedException" } },
  "tag-denied": { match: { operation: "TagResource" }, before: { error: "AccessDeniedException" } },
};

/** GitLab would have to publish the value as a name: an object that holds the name holds it too, but must not show it. */
export const VALUE_IN_OTHER_FIELDS: readonly string[] = ["value-as-name", "value-as-scope"];

/** After these the program waits for seconds before it asks again. */
export const SLOW: readonly string[] = ["login-401", "login-500", "list-502"];
