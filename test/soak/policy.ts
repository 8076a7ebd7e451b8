import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** Two policies that take turns: schedule, server, targets, durations and receivers differ. */
export interface PolicyInput {
  readonly ports: readonly [number, number];
  readonly receiver: string;
}

const TOKENS = "[{ name: registry-pull, scopes: [read_registry] }]";

export const policyText = (turn: 0 | 1, { ports, receiver }: PolicyInput): string => `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
schedule: { cron: "${turn === 0 ? "0 0 1 1 *" : "0 0 1 7 *"}" } # far away: the driver starts the passes
defaults: { lifetime: 7d, renew_before: ${turn === 0 ? "2d" : "3d"}, overlap: 24h }
projects:
  - path: platform/api
    tokens: ${TOKENS}
  - path: platform/web
    tokens: ${TOKENS}
  - path: ${turn === 0 ? "data/etl" : "data/nowhere"}
    tokens: ${TOKENS}
  - path: platform/missing # always a concern
    tokens: ${TOKENS}
groups:
  - path: platform
    tokens: [{ name: cluster-pull, scopes: [read_registry, read_repository] }]
    projects:
      tokens: [{ match: "ci-*" }]
limits: { gitlab_requests_per_second: 1000 }
server: { listen: "127.0.0.1:${ports[turn]}" }
notify:
  - { type: webhook, name: desk, url: "${receiver}/desk", secret_env: SIGNING_KEY, min_severity: info }
${turn === 0 ? "" : "  - { type: slack, name: chat, url_env: CHAT_URL }\n"}`;

export const DAMAGED = "version: 1\ngitlab: [\n";

/** Two ports that nobody had a moment ago. */
export const freePorts = async (): Promise<readonly [number, number]> => {
  const servers = [createServer(), createServer()] as const;
  const open = servers.map(
    (server) => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)),
  );
  await Promise.all(open);
  const [one, other] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [one ?? 0, other ?? 0];
};
