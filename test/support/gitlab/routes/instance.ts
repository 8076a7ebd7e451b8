import { json, noContent, unauthorized } from "../answers.ts";
import { callerOf, patExpired, requireScope } from "../caller.ts";
import type { Handler, Route, RoutedCall, Site } from "../site.ts";
import type { PersonalAccessTokenRow } from "../state.ts";

const required = (site: Site, call: RoutedCall): PersonalAccessTokenRow => {
  const caller = callerOf(site, call);
  if (caller === undefined) throw unauthorized();
  return caller;
};

const metadata: Handler = (site, call) => {
  requireScope(required(site, call), ["api", "read_api", "read_user"]);
  const { host } = new URL(site.configuredUrl);
  const plain = site.version.replace(/-.*$/, "");
  return json(200, {
    version: site.version,
    revision: "a88e17d191e",
    kas: {
      enabled: true,
      externalUrl: `wss://${host}/-/kubernetes-agent/`,
      externalK8sProxyUrl: `https://${host}/-/kubernetes-agent/k8s-proxy/`,
      version: plain,
    },
    enterprise: site.version.endsWith("-ee"),
  });
};

const entity = (row: PersonalAccessTokenRow, now: Date): object => ({
  id: row.id,
  name: `token ${row.id}`,
  revoked: row.revoked,
  created_at: row.createdAt.toISOString(),
  description: null,
  scopes: row.scopes,
  user_id: 1,
  last_used_at: now.toISOString(),
  active: !row.revoked && !patExpired(row, now),
  granular: false,
  expires_at: row.expiresAt,
  last_used_ips: ["127.0.0.1"],
});

/** Any scope will do. */
const self: Handler = (site, call) => json(200, entity(required(site, call), site.now()));

const revokeSelf: Handler = (site, call) => {
  required(site, call).revoked = true;
  return noContent();
};

export const instanceRoutes: readonly Route[] = [
  { method: "GET", template: "/api/v4/metadata", handle: metadata },
  { method: "GET", template: "/api/v4/version", handle: metadata },
  { method: "GET", template: "/api/v4/personal_access_tokens/self", handle: self },
  { method: "DELETE", template: "/api/v4/personal_access_tokens/self", handle: revokeSelf },
];
