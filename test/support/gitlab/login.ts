import type { Call } from "../http/call.ts";
import type { Site } from "./site.ts";
import { type DeployTokenRow, findRow, isActive, usernameOf } from "./state.ts";

export interface Basic {
  readonly username: string;
  readonly password: string;
}

export const basicOf = (call: Call): Basic | undefined => {
  const encoded = /^Basic (.+)$/i.exec(call.headers["authorization"] ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0
    ? { username: text, password: "" }
    : { username: text.slice(0, colon), password: text.slice(colon + 1) };
};

/** A live token by its value alone; a replica that lags does not know a new one yet. */
export const tokenBySecret = (site: Site, secret: string): DeployTokenRow | undefined => {
  const row = findRow(site.state.deployTokens, (each) => each.secret === secret);
  if (row === undefined || !isActive(row, site.now())) return undefined;
  if (row.refusals === 0) return row;
  row.refusals -= 1;
  return undefined;
};

const LOGIN_SCOPES = new Set([
  "read_repository",
  "read_registry",
  "write_registry",
  "read_virtual_registry",
  "write_virtual_registry",
]);

/** Git and `/jwt/auth`: by value, then by username; package scopes alone are as good as none. */
export const logIn = (site: Site, { username, password }: Basic): DeployTokenRow | undefined => {
  const row = tokenBySecret(site, password);
  if (row === undefined || usernameOf(row) !== username) return undefined;
  return row.scopes.some((scope) => LOGIN_SCOPES.has(scope)) ? row : undefined;
};

export const ACCESS_DENIED =
  "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you're required to use a token instead of a password. If a token was provided, it was either incorrect, expired, or improperly scoped.";
