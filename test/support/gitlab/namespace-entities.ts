import { membershipAt } from "./access.ts";
import { type Caller, isRecent, type Site } from "./site.ts";
import { type GroupRow, groupAt, type ProjectRow, parentPath, withAncestors } from "./state.ts";

const lastSegment = (path: string): string => path.slice(parentPath(path).length).replace(/^\//, "");

const names = (site: Site, path: string): string =>
  [...withAncestors(path)]
    .reverse()
    .map((each) => groupAt(site.state, each)?.name ?? lastSegment(each))
    .join(" / ");

const namespaceEntity = (site: Site, path: string): object => {
  const group = groupAt(site.state, path);
  return {
    id: group?.id ?? 0,
    name: group?.name ?? "",
    path: lastSegment(path),
    kind: "group",
    full_path: path,
    parent_id: groupAt(site.state, parentPath(path))?.id ?? null,
    avatar_url: null,
    web_url: `${site.configuredUrl}/groups/${path}`,
  };
};

export const simpleProjectEntity = (site: Site, { id, path, createdAt, ...row }: ProjectRow): object => {
  const url = `${site.configuredUrl}/${path}`;
  return {
    id,
    description: row.description,
    name: lastSegment(path),
    name_with_namespace: names(site, path),
    path: lastSegment(path),
    path_with_namespace: path,
    created_at: createdAt.toISOString(),
    default_branch: "main",
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `ssh://git@${new URL(site.configuredUrl).hostname}/${path}.git`,
    http_url_to_repo: `${url}.git`,
    web_url: url,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: createdAt.toISOString(),
    visibility: row.visibility,
    namespace: namespaceEntity(site, parentPath(path)),
  };
};

const level = (role: number): object | null =>
  role > 0 ? { access_level: role, notification_level: 3 } : null;

const enabled = (feature: boolean): string => (feature ? "enabled" : "disabled");

export const projectEntity = (site: Site, row: ProjectRow, caller: Caller): object => ({
  ...simpleProjectEntity(site, row),
  _links: { self: `${site.configuredUrl}/api/v4/projects/${row.id}` },
  packages_enabled: row.packagesEnabled,
  empty_repo: !row.repository,
  archived: row.archived,
  container_registry_enabled: row.registryEnabled,
  repository_access_level: enabled(row.repositoryEnabled),
  container_registry_access_level: enabled(row.registryEnabled),
  ...(isRecent(site) && { package_registry_access_level: enabled(row.packagesEnabled) }),
  shared_with_groups: row.sharedWith.map((id) => ({
    group_id: id,
    group_full_path: site.state.groups.get(id)?.path ?? "",
  })),
  ...(caller !== undefined && { permissions: permissions(caller, row) }),
});

/** Memberships, not rights: an administrator who is no member sees two nulls. */
const permissions = (caller: NonNullable<Caller>, { path }: ProjectRow): object => ({
  project_access: level(caller.roles?.[path] ?? 0),
  group_access: level(membershipAt(caller, parentPath(path))),
});

export const groupEntity = (site: Site, row: GroupRow): object => ({
  id: row.id,
  web_url: `${site.configuredUrl}/groups/${row.path}`,
  name: row.name,
  path: lastSegment(row.path),
  description: "",
  visibility: row.visibility,
  share_with_group_lock: false,
  require_two_factor_authentication: false,
  project_creation_level: "developer",
  subgroup_creation_level: "maintainer",
  avatar_url: null,
  request_access_enabled: true,
  full_name: names(site, row.path),
  full_path: row.path,
  created_at: row.createdAt.toISOString(),
  parent_id: groupAt(site.state, parentPath(row.path))?.id ?? null,
  organization_id: 1,
  ...(isRecent(site) && { marked_for_deletion_on: null }),
  shared_with_groups: [],
});
