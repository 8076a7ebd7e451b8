import type { Answer } from "../support/http/call.ts";
import type { FaultRule } from "../support/http/faults.ts";

/** What an error means for the request that met it. */
export type Kind =
  /** Surely not carried out. */
  | "refused"
  /** Not carried out, and may be sent again. */
  | "limited"
  /** Nobody knows; reads are sent again. */
  | "unknown"
  /** Nobody knows, and sending it again would not help. */
  | "nonsense";

export interface GitLabError {
  readonly name: string;
  readonly kind: Kind;
  readonly fault: Pick<FaultRule, "before" | "respond">;
  /** Of the error that a pass reports when it keeps meeting this. */
  readonly code: string;
  /** On the terminal. */
  readonly says: RegExp;
}

const json = (status: number, body: unknown, headers: Answer["headers"] = {}): { respond: Answer } => ({
  respond: {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  },
});
const page = (status: number, text: string, headers: Answer["headers"] = {}): { respond: Answer } => ({
  respond: { status, headers: { "Content-Type": "text/html", ...headers }, body: text },
});

type Row = readonly [string, Kind, GitLabError["fault"], string, RegExp];

const INVALID = "ERR_GITLAB_INVALID";
const UNAUTHORIZED = "ERR_GITLAB_UNAUTHORIZED";
const FORBIDDEN = "ERR_GITLAB_FORBIDDEN";
const NOT_FOUND = "ERR_GITLAB_NOT_FOUND";
const LIMITED = "ERR_GITLAB_RATE_LIMITED";
const UNAVAILABLE = "ERR_GITLAB_UNAVAILABLE";
const NONSENSE = "ERR_GITLAB_RESPONSE_INVALID";

const oauth = (description: string) => ({ error: "invalid_token", error_description: description });

const ROWS: readonly Row[] = [
  ["400 name is missing", "refused", json(400, { error: "name is missing" }), INVALID, /name is missing/],
  ["400 scopes missing", "refused", json(400, { error: "scopes is missing" }), INVALID, /scopes is missing/],
  [
    "400 unknown scope",
    "refused",
    json(400, { error: "scopes does not have a valid value" }),
    INVALID,
    /scopes does not have a valid value/,
  ],
  ["400 scopes blank", "refused", json(400, { message: "Scopes can't be blank" }), INVALID, /can't be blank/],
  ["400 expires_at", "refused", json(400, { error: "expires_at is invalid" }), INVALID, /expires_at/],
  [
    "400 username",
    "refused",
    json(400, {
      message: "Username can contain only letters, digits, '_', '-', '+', and '.'",
    }),
    INVALID,
    /Username can contain only/,
  ],
  [
    "400 too long",
    "refused",
    json(400, { message: "Name is too long (maximum is 255 characters)" }),
    INVALID,
    /Name is too long/,
  ],
  ["400 token_id", "refused", json(400, { error: "token_id is invalid" }), INVALID, /token_id is invalid/],
  [
    "401 unknown access token",
    "refused",
    json(401, { message: "401 Unauthorized" }),
    UNAUTHORIZED,
    /does not know the access token.*GITLAB_TOKEN/,
  ],
  [
    "401 expired access token",
    "refused",
    json(401, oauth("Token is expired. You can either do re-authorization or token refresh.")),
    UNAUTHORIZED,
    /access token has expired/,
  ],
  [
    "401 revoked access token",
    "refused",
    json(401, oauth("Token was revoked. You have to re-authorize from the user.")),
    UNAUTHORIZED,
    /access token was revoked/,
  ],
  [
    "403 scope too small",
    "refused",
    json(403, {
      error: "insufficient_scope",
      error_description: "The request requires higher privileges than provided by the access token.",
      scope: "api",
    }),
    FORBIDDEN,
    /scopes do not allow it \(one of: api\)/,
  ],
  [
    "403 role too low",
    "refused",
    json(403, { message: "403 Forbidden" }),
    FORBIDDEN,
    /needs the role Maintainer|user may not do this/,
  ],
  [
    "403 ban",
    "refused",
    { respond: { status: 403, headers: { "Content-Type": "text/plain" }, body: "Forbidden\n" } },
    FORBIDDEN,
    /shuts this address out/,
  ],
  [
    "404 project",
    "refused",
    json(404, { message: "404 Project Not Found" }),
    NOT_FOUND,
    /does not exist, or the access token's user cannot see it/,
  ],
  [
    "404 group",
    "refused",
    json(404, { message: "404 Group Not Found" }),
    NOT_FOUND,
    /does not exist, or the access token's user cannot see it/,
  ],
  [
    "404 token",
    "refused",
    json(404, { message: "404 Not found" }),
    NOT_FOUND,
    /does not exist there any more/,
  ],
  [
    "404 route",
    "refused",
    json(404, { error: "404 Not Found" }),
    NOT_FOUND,
    /There is no such route: check gitlab\.url/,
  ],
  [
    "301 of a moved project",
    "nonsense",
    json(301, { message: "Moved Permanently" }, { Location: "https://gitlab.example.com/api/v4/projects/1" }),
    NONSENSE,
    /redirect, which is never followed/,
  ],
  [
    "405 of a moved project",
    "refused",
    json(405, { message: "Non GET methods are not allowed for moved projects" }),
    NOT_FOUND,
    /has moved/,
  ],
  [
    "409 lock",
    "refused",
    json(409, { message: "409 Conflict: Resource lock" }),
    UNAVAILABLE,
    /Somebody else holds a lock/,
  ],
  ["429 Rack::Attack", "limited", { before: "429-plain" }, LIMITED, /gitlab_requests_per_second/],
  [
    "429 without Retry-After",
    "limited",
    { before: "429-plain-without-retry-after" },
    LIMITED,
    /gitlab_requests_per_second/,
  ],
  ["429 application limit", "limited", { before: "429-json" }, LIMITED, /too many times/],
  ["429 generic", "limited", { before: "429-generic" }, LIMITED, /429 Too Many Requests/],
  [
    "429 Retry-After as a date",
    "limited",
    page(429, "Retry later\n", { "Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT" }),
    LIMITED,
    /gitlab_requests_per_second/,
  ],
  ["500", "unknown", json(500, { message: "500 Internal Server Error" }), UNAVAILABLE, /in trouble/],
  [
    "502 of a proxy",
    "unknown",
    page(502, "<html>Bad gateway</html>"),
    UNAVAILABLE,
    /answered 502.*in trouble/,
  ],
  [
    "503",
    "unknown",
    page(503, "GitLab is not responding", { "Retry-After": "5" }),
    UNAVAILABLE,
    /in trouble/,
  ],
  ["504", "unknown", page(504, ""), UNAVAILABLE, /in trouble/],
  ["a reset connection", "unknown", { before: "reset" }, UNAVAILABLE, /connection to GitLab broke/],
  ["200 with a login page", "nonsense", page(200, "<html>Sign in</html>"), NONSENSE, /not JSON/],
  ["200 with other JSON", "nonsense", json(200, { sign: "in" }), NONSENSE, /cannot be used/],
  ["200 and nothing", "nonsense", page(200, ""), NONSENSE, /cannot be used/],
];

export const GITLAB_ERRORS: readonly GitLabError[] = ROWS.map(([name, kind, fault, code, says]) => ({
  name,
  kind,
  fault,
  code,
  says,
}));
