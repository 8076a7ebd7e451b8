import type { Call } from "../http/call.ts";
import { json, Refusal, unauthorized } from "./answers.ts";
import type { Caller, Site } from "./site.ts";
import { findRow, type PersonalAccessTokenRow } from "./state.ts";

export const REVOKED = "Token was revoked. You have to re-authorize from the user.";

export const invalidToken = (description: string): Refusal =>
  new Refusal(
    json(
      401,
      { error: "invalid_token", error_description: description },
      {
        "Www-Authenticate": `Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="${description}"`,
      },
    ),
  );

export const presentedSecret = (call: Call): string | undefined =>
  call.headers["private-token"] ??
  /^Bearer (.+)$/i.exec(call.headers["authorization"] ?? "")?.[1] ??
  call.query.get("private_token") ??
  undefined;

/** A personal access token dies at midnight UTC as its day begins. */
export const patExpired = (token: PersonalAccessTokenRow, now: Date): boolean =>
  token.expiresAt !== null && Date.parse(`${token.expiresAt}T00:00:00Z`) <= now.getTime();

/** Who asks. Credentials that are no good are refused even where none are needed. */
export const callerOf = (site: Site, call: Call): Caller => {
  const secret = presentedSecret(call);
  if (secret === undefined) return undefined;
  const token = findRow(site.state.personalAccessTokens, (row) => row.secret === secret);
  if (token === undefined) throw unauthorized();
  if (token.revoked) throw invalidToken(REVOKED);
  if (patExpired(token, site.now())) {
    throw invalidToken("Token is expired. You can either do re-authorization or token refresh.");
  }
  return token;
};

/** Where anonymous requests are turned away at the door. */
export const requireCaller = (site: Site, call: Call): PersonalAccessTokenRow => {
  const caller = callerOf(site, call);
  if (caller === undefined) throw unauthorized();
  return caller;
};

/** `scopes` are those of which one is enough. */
export const requireScope = (caller: Caller, scopes: readonly string[]): void => {
  if (caller === undefined || scopes.some((scope) => caller.scopes.includes(scope))) return;
  throw new Refusal(
    json(403, {
      error: "insufficient_scope",
      error_description: "The request requires higher privileges than provided by the access token.",
      scope: scopes.join(" "),
    }),
  );
};

export const READ_SCOPES = ["api", "read_api"] as const;
export const WRITE_SCOPES = ["api"] as const;

export const scopesFor = (method: string): readonly string[] =>
  method === "GET" || method === "HEAD" ? READ_SCOPES : WRITE_SCOPES;
