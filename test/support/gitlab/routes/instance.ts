import { json } from "../answers.ts";
import { requireCaller, requireScope } from "../caller.ts";
import type { Handler, Route } from "../site.ts";

const metadata: Handler = (site, call) => {
  requireScope(requireCaller(site, call), ["api", "read_api", "read_user"]);
  const { host, protocol } = new URL(site.configuredUrl);
  const plain = site.version.replace(/-.*$/, "");
  return json(200, {
    version: site.version,
    revision: "a88e17d191e",
    kas: {
      enabled: true,
      externalUrl: `${protocol === "https:" ? "wss:" : "ws:"}//${host}/-/kubernetes-agent/`,
      externalK8sProxyUrl: `${protocol}//${host}/-/kubernetes-agent/k8s-proxy/`,
      version: plain,
    },
    enterprise: site.version.endsWith("-ee"),
  });
};

export const instanceRoutes: readonly Route[] = [
  { method: "GET", template: "/api/v4/metadata", handle: metadata },
  { method: "GET", template: "/api/v4/version", handle: metadata },
];
