import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";
import { type Lineage, secretName } from "./lineages.ts";
import { DURATIONS } from "./times.ts";

export type StoreKind = "aws" | "file";

export interface World {
  readonly store: StoreKind;
  readonly gitlab: GitLabSimulator;
  /** Absent with the file store. */
  readonly aws: SecretsManagerSimulator | undefined;
  readonly folder: string;
  /** The file store's own; nothing of value may lie in `folder` outside of it. */
  readonly secrets: string;
  /** Every lineage of the policy; a `match` takes up more as people make tokens. */
  readonly lineages: Lineage[];
  readonly credentials: readonly string[];
  /** What a child gets to know, but for the addresses. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export const PROJECTS = ["platform/api", "platform/web", "platform/infra", "data/warehouse"] as const;
export const GROUP = "platform";
const DECLARED = {
  "registry-pull": "read_registry",
  checkout: "read_repository",
  packages: "read_package_registry",
};

export interface WorldOptions {
  /** More sections of the policy. */
  readonly policy?: string;
  readonly credentials?: readonly string[];
}

const policyFor = (store: StoreKind, more: string): string => `version: 1
gitlab: { url: https://gitlab.example.com, instance: gitlab.example.com }
store: ${store === "aws" ? "{ type: aws-secrets-manager, region: us-east-1 }" : "{ type: file, path: ./secrets }"}
schedule: { cron: "* * * * * *" }
defaults:
  lifetime: ${DURATIONS.lifetime}
  renew_before: ${DURATIONS.renewBefore}
  overlap: ${DURATIONS.overlap}
  secret: ${JSON.stringify(secretName("{kind}", "{path}", "{name}"))}
projects:
${PROJECTS.map(
  (path) => `  - path: ${path}
    tokens:
${Object.entries(DECLARED)
  .map(([name, scope]) => `      - { name: ${name}, scopes: [${scope}] }`)
  .join("\n")}
      - { match: "ci-*", existing_overlap: ${DURATIONS.existingOverlap} }
      - { match: "old-*" }
      - { match: "own-*", existing: report }`,
).join("\n")}
groups:
  - path: ${GROUP}
    tokens: [{ name: cluster-pull, scopes: [read_registry, read_repository] }]
limits: { gitlab_requests_per_second: 1000 }
safety: { rotation_deadline: ${DURATIONS.deadline}, stray_after: ${DURATIONS.strayAfter} }
${more}`;

const addNamespaces = ({ world }: GitLabSimulator): Lineage[] => {
  const group = world.addGroup({ path: GROUP });
  const projects = PROJECTS.map((path) => world.addProject({ path }));
  // Not in the policy.
  world.addProject({ path: "platform/other" });
  world.addProject({ path: "data/private" });
  const lineage = (
    kind: "project" | "group",
    { id, path }: { id: number; path: string },
    token: string,
  ): Lineage => ({
    secret: secretName(kind, path, token),
    kind,
    path,
    targetId: id,
    token,
    existing: "expiry",
  });
  return [
    ...projects.flatMap((project) => Object.keys(DECLARED).map((name) => lineage("project", project, name))),
    lineage("group", group, "cluster-pull"),
  ];
};

/** Both systems in this process, and an empty folder for the children. */
export const startWorld = async (
  store: StoreKind,
  folder: string,
  { policy = "", credentials = [] }: WorldOptions = {},
): Promise<World> => {
  const gitlab = await startGitLab();
  const aws = store === "aws" ? await startSecretsManager() : undefined;
  const secrets = join(folder, "secrets");
  for (const part of ["tmp", "home"]) mkdirSync(join(folder, part), { recursive: true });
  if (store === "file") mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "rotation.yaml"), policyFor(store, policy));
  const { token } = gitlab.world.addPersonalAccessToken({});
  const keyId = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const key = randomBytes(30).toString("base64");
  return {
    store,
    gitlab,
    aws,
    folder,
    secrets,
    lineages: addNamespaces(gitlab),
    credentials: [token, key, ...credentials],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
      NO_COLOR: "1",
      // Spares each child a fifth of a second.
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      LOG_LEVEL: "debug",
      GITLAB_TOKEN: token,
      AWS_ACCESS_KEY_ID: keyId,
      AWS_SECRET_ACCESS_KEY: key,
      AWS_EC2_METADATA_DISABLED: "true",
    },
    close: async () => {
      await gitlab.close();
      await aws?.close();
    },
  };
};
