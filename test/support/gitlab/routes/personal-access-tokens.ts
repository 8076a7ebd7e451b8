import type { Answer } from "../../http/call.ts";
import { json, noContent } from "../answers.ts";
import {
  invalidToken,
  patExpired,
  presentedSecret,
  REVOKED,
  requireCaller,
  requireScope,
} from "../caller.ts";
import { check, dateTime, parametersOf } from "../parameters.ts";
import { type Handler, isRecent, type Route, type RoutedCall, type Site } from "../site.ts";
import { findRow, type PersonalAccessTokenRow } from "../state.ts";

const WEEK = 7 * 86_400_000;

const day = (time: Date): string => time.toISOString().slice(0, 10);

const entity = (site: Site, row: PersonalAccessTokenRow): object => ({
  id: row.id,
  name: row.name,
  revoked: row.revoked,
  created_at: row.createdAt.toISOString(),
  description: null,
  scopes: row.scopes,
  user_id: 1,
  last_used_at: site.now().toISOString(),
  active: !row.revoked && !patExpired(row, site.now()),
  expires_at: row.expiresAt,
  ...(isRecent(site) && { granular: false, last_used_ips: ["127.0.0.1"] }),
});

/** Any scope will do. */
const self: Handler = (site, call) => json(200, entity(site, requireCaller(site, call)));

const revokeSelf: Handler = (site, call) => {
  requireCaller(site, call).revoked = true;
  return noContent();
};

/** A revoked token that asks to be rotated looks stolen: whatever was rotated from it dies with it. */
const revokeFamily = (site: Site, call: RoutedCall): void => {
  const secret = presentedSecret(call);
  const row = findRow(site.state.personalAccessTokens, (each) => each.secret === secret);
  if (!row?.revoked) return;
  for (const each of site.state.personalAccessTokens.values()) {
    if (each.family === row.family) each.revoked = true;
  }
  throw invalidToken(REVOKED);
};

/** There is no overlap: the old value is dead before the new one is known. */
const rotateSelf = (site: Site, call: RoutedCall): Answer => {
  const expiresAt = check(parametersOf(call), (checker) => dateTime(checker, "expires_at"));
  revokeFamily(site, call);
  const row = requireCaller(site, call);
  requireScope(row, ["api", "self_rotate"]);
  const next: PersonalAccessTokenRow = {
    ...row,
    id: site.state.nextId.personalAccessToken++,
    secret: site.secrets.issue("glpat-"),
    expiresAt: day(expiresAt ?? new Date(site.now().getTime() + WEEK)),
    createdAt: site.now(),
  };
  row.revoked = true;
  site.state.personalAccessTokens.set(next.id, next);
  return json(200, { ...entity(site, next), token: next.secret });
};

export const personalAccessTokenRoutes: readonly Route[] = [
  { method: "GET", template: "/api/v4/personal_access_tokens/self", handle: self },
  { method: "DELETE", template: "/api/v4/personal_access_tokens/self", handle: revokeSelf },
  { method: "POST", template: "/api/v4/personal_access_tokens/self/rotate", handle: rotateSelf },
];
