import type { GitLabWorld } from "./world.ts";

const DAY = 86_400_000;

export interface CompanyOptions {
  /** The moment that the tokens' expiries are counted from. */
  readonly now?: Date;
}

/** GitLab's own form sets a date, so tokens made by hand expire at a midnight. */
const midnightIn = (days: number, now: Date): Date =>
  new Date(Math.floor(now.getTime() / DAY) * DAY + days * DAY);

const addNamespaces = (world: GitLabWorld): void => {
  world.addGroup({ path: "platform", name: "Platform" });
  world.addProject({ path: "platform/api" });
  world.addProject({ path: "platform/web" });
  world.addGroup({ path: "platform/infra", name: "Infrastructure" });
  world.addProject({ path: "platform/infra/terraform" });
  world.addProject({ path: "platform/legacy", archived: true });
  world.addGroup({ path: "data", name: "Data" });
  world.addProject({ path: "data/warehouse" });
};

const addTokens = (world: GitLabWorld, now: Date): void => {
  const add = (path: string, name: string, days: number | null, ...scopes: string[]): void => {
    const kind = path === "platform" || path === "data" ? "group" : "project";
    world.addDeployToken(
      { kind, path },
      { name, scopes, expiresAt: days === null ? null : midnightIn(days, now) },
    );
  };
  add("platform/api", "registry-pull", 6, "read_registry");
  add("platform/web", "registry-pull", 71, "read_registry");
  add("platform/web", "legacy-deploy", null, "read_repository", "read_registry");
  add("platform/infra/terraform", "ci-modules", 12, "read_package_registry");
  add("platform/infra/terraform", "ci-checkout", 64, "read_repository");
  add("platform", "cluster-pull", 9, "read_repository", "read_registry");
  add("data/warehouse", "airflow", -3, "read_repository");
};

/** A small company whose tokens were all made by hand. Answers a token that owns everything in it. */
export const aCompany = (
  world: GitLabWorld,
  options: CompanyOptions = {},
): { readonly id: number; readonly token: string } => {
  addNamespaces(world);
  addTokens(world, options.now ?? new Date());
  return world.addPersonalAccessToken({ scopes: ["api"], roles: { platform: 50, data: 50 } });
};
