import { type GitLabSimulator, startGitLab } from "./simulator.ts";
import { parentPath } from "./state.ts";
import type { GitLabWorld } from "./world.ts";

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request_body: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

export interface Recording {
  readonly gitlab_version: string;
  readonly flows: Readonly<Record<string, readonly Exchange[]>>;
}

export interface Stage {
  readonly gitlab: GitLabSimulator;
  /** Recorded ids, as `groups/3`, and ours. */
  readonly ids: ReadonlyMap<string, number>;
  /** The credentials that the recorded server must have been shown. */
  tokenFor(exchange: Exchange): string;
  moveClock(time: Date): void;
}

type Json = Readonly<Record<string, unknown>>;

const OWNER = 50;

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;

const succeeded = (exchanges: readonly Exchange[], path: RegExp): Json[] =>
  exchanges.flatMap(({ status, path: asked, body }) =>
    status === 200 && path.test(asked) && isJson(body) ? [body] : [],
  );

const fill = (
  world: GitLabWorld,
  groups: readonly Json[],
  projects: readonly Json[],
): Map<string, number> => {
  const ids = new Map<string, number>();
  for (const { id, full_path: path, name } of groups) {
    ids.set(`groups/${id}`, world.addGroup({ path: String(path), name: String(name) }).id);
  }
  for (const { id, path_with_namespace: path, description } of projects) {
    if (ids.has(`projects/${id}`)) continue;
    const project = { path: String(path), description: String(description), repository: false };
    ids.set(`projects/${id}`, world.addProject(project).id);
  }
  return ids;
};

const isMember = ({ permissions }: Json): boolean =>
  isJson(permissions) && permissions["group_access"] !== null;

/** Administrators were asking wherever the recorded project shows no membership. */
const tokens = (world: GitLabWorld, projects: readonly Json[]): Stage["tokenFor"] => {
  const expiresAt = "2027-06-23";
  const paths = projects
    .filter(isMember)
    .map((project) => parentPath(String(project["path_with_namespace"])));
  const roles = Object.fromEntries(paths.map((path) => [path, OWNER]));
  const member = world.addPersonalAccessToken({ roles, expiresAt });
  const admin = world.addPersonalAccessToken({ admin: true, expiresAt });
  return ({ path, status, method, body }) => {
    if (path.endsWith("/self")) {
      if (status === 401) return world.addPersonalAccessToken({ revoked: true }).token;
      return method === "DELETE" ? world.addPersonalAccessToken().token : member.token;
    }
    const asMember = path.includes("/deploy_tokens") || (isJson(body) && isMember(body));
    return asMember ? member.token : admin.token;
  };
};

/** A simulator that holds what the recorded server held. */
export const buildStage = async ({ gitlab_version, flows }: Recording): Promise<Stage> => {
  const exchanges = Object.values(flows).flat();
  const groups = succeeded(exchanges, /\/groups\/[^/]+$/);
  const projects = succeeded(exchanges, /\/projects\/[^/]+$/);
  const metadata = succeeded(exchanges, /\/metadata$/)[0];
  let now = new Date(0);
  const gitlab = await startGitLab({
    clock: { now: () => now },
    version: String(metadata?.["version"] ?? gitlab_version),
    configuredUrl: new URL(String(projects[0]?.["web_url"])).origin,
  });
  const ids = fill(gitlab.world, groups, projects);
  const moveClock = (time: Date): void => {
    now = time;
  };
  return { gitlab, ids, tokenFor: tokens(gitlab.world, projects), moveClock };
};
