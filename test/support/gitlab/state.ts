export type Visibility = "private" | "internal" | "public";
export type TargetKind = "project" | "group";

export interface GroupRow {
  readonly id: number;
  path: string;
  name: string;
  visibility: Visibility;
  readonly createdAt: Date;
}

export interface ProjectRow {
  readonly id: number;
  path: string;
  description: string | null;
  visibility: Visibility;
  archived: boolean;
  /** There is something to clone. */
  repository: boolean;
  repositoryEnabled: boolean;
  registryEnabled: boolean;
  packagesEnabled: boolean;
  readonly createdAt: Date;
  /** Groups that it is shared with. */
  readonly sharedWith: number[];
}

export interface DeployTokenRow {
  readonly id: number;
  readonly kind: TargetKind;
  readonly targetId: number;
  readonly name: string;
  /** `null` when none was asked for. */
  readonly username: string | null;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  revoked: boolean;
  readonly secret: string;
  /** Log-ins that a lagging replica will still refuse. */
  refusals: number;
}

export interface PersonalAccessTokenRow {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly scopes: readonly string[];
  readonly admin: boolean;
  /** `YYYY-MM-DD`. */
  expiresAt: string | null;
  revoked: boolean;
  /** By full path; absent: Owner everywhere. */
  roles: Record<string, number> | undefined;
  readonly createdAt: Date;
  /** Tokens that were rotated from one another. */
  readonly family: number;
}

/** Everything that a backup holds. */
export interface WorldState {
  readonly nextId: Record<"group" | "project" | "deployToken" | "personalAccessToken", number>;
  readonly groups: Map<number, GroupRow>;
  readonly projects: Map<number, ProjectRow>;
  readonly deployTokens: Map<number, DeployTokenRow>;
  readonly personalAccessTokens: Map<number, PersonalAccessTokenRow>;
  /** Old paths of moved projects. */
  readonly redirects: Map<string, number>;
  /** Rows that asking for `push` makes. */
  readonly containerRepositories: string[];
}

export const emptyState = (): WorldState => ({
  nextId: { group: 1, project: 1, deployToken: 1, personalAccessToken: 1 },
  groups: new Map(),
  projects: new Map(),
  deployTokens: new Map(),
  personalAccessTokens: new Map(),
  redirects: new Map(),
  containerRepositories: [],
});

export const parentPath = (path: string): string => path.split("/").slice(0, -1).join("/");

/** `a/b/c`, `a/b`, `a`. */
export const withAncestors = (path: string): readonly string[] =>
  path === "" ? [] : [path, ...withAncestors(parentPath(path))];

/** Without a copy of the rows: a world may hold tens of thousands. */
export const findRow = <Row>(
  rows: ReadonlyMap<number, Row>,
  fits: (row: Row) => boolean,
): Row | undefined => {
  for (const row of rows.values()) if (fits(row)) return row;
  return undefined;
};

/** GitLab finds a path whatever its case, and gives no path out that differs from another by case alone. */
const samePath = (path: string): ((row: { readonly path: string }) => boolean) => {
  const wanted = path.toLowerCase();
  return (row) => row.path.toLowerCase() === wanted;
};

export const groupAt = (state: WorldState, path: string): GroupRow | undefined =>
  findRow(state.groups, samePath(path));

export const projectAt = (state: WorldState, path: string): ProjectRow | undefined =>
  findRow(state.projects, samePath(path));

export const isBelow = (path: string, ancestor: string): boolean => path.startsWith(`${ancestor}/`);

export const usernameOf = (token: DeployTokenRow): string =>
  token.username ?? `gitlab+deploy-token-${token.id}`;

/** By the instant, as GitLab's authentication and its `active` filter see it. */
export const isActive = (token: DeployTokenRow, now: Date): boolean =>
  !token.revoked && (token.expiresAt === null || token.expiresAt.getTime() >= now.getTime());

/** Group tokens reach every project below their group, at any depth; project tokens never leave theirs. */
export const reaches = (state: WorldState, token: DeployTokenRow, project: ProjectRow): boolean => {
  if (token.kind === "project") return token.targetId === project.id;
  const group = state.groups.get(token.targetId);
  return group !== undefined && isBelow(project.path, group.path);
};
