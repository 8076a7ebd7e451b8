import { groupOf, membershipAt, projectOf, roleAt, seesProject } from "../access.ts";
import { json, notFound } from "../answers.ts";
import { callerOf } from "../caller.ts";
import { groupEntity, projectEntity, simpleProjectEntity } from "../namespace-entities.ts";
import { paginate, readPaging } from "../pagination.ts";
import { boolean, type Checker, check, oneOf, parametersOf, string } from "../parameters.ts";
import type { Caller, Handler, Route, Site } from "../site.ts";
import { type GroupRow, isBelow, type ProjectRow, parentPath } from "../state.ts";

const ORDERS = [
  "id",
  "name",
  "path",
  "created_at",
  "updated_at",
  "last_activity_at",
  "similarity",
  "star_count",
] as const;
const ROLES = ["10", "15", "20", "30", "40", "50"] as const;

const project: Handler = (site, call) => {
  const caller = callerOf(site, call);
  return json(200, projectEntity(site, projectOf(site, call, caller), caller));
};

const group: Handler = (site, call) => {
  const caller = callerOf(site, call);
  return json(200, groupEntity(site, groupOf(site, call, caller)));
};

const readFilter = (checker: Checker) => ({
  archived: boolean(checker, "archived"),
  simple: boolean(checker, "simple") ?? false,
  withShared: boolean(checker, "with_shared") ?? true,
  includeSubgroups: boolean(checker, "include_subgroups") ?? false,
  search: string(checker, "search") ?? "",
  visibility: oneOf(checker, "visibility", ["private", "internal", "public"]),
  minAccessLevel: Number(oneOf(checker, "min_access_level", ROLES) ?? 0),
  orderBy: oneOf(checker, "order_by", ORDERS) ?? "created_at",
  sort: oneOf(checker, "sort", ["asc", "desc"]) ?? "desc",
  paging: readPaging(checker),
});

type Filter = ReturnType<typeof readFilter>;

const sortKey = (project: ProjectRow, { orderBy }: Filter): string | number => {
  if (orderBy === "name" || orderBy === "path")
    return project.path.slice(parentPath(project.path).length + 1);
  return orderBy === "id" ? project.id : project.createdAt.getTime();
};

const compare =
  (filter: Filter) =>
  (one: ProjectRow, other: ProjectRow): number => {
    const [a, b] = [sortKey(one, filter), sortKey(other, filter)];
    const order = a < b ? -1 : a > b ? 1 : one.id - other.id;
    return filter.sort === "asc" ? order : -order;
  };

const inGroup = (project: ProjectRow, group: GroupRow, filter: Filter): boolean =>
  parentPath(project.path) === group.path ||
  (filter.includeSubgroups && isBelow(project.path, group.path)) ||
  (filter.withShared && project.sharedWith.includes(group.id));

const wanted = (project: ProjectRow, caller: Caller, filter: Filter): boolean =>
  seesProject(caller, project) &&
  (filter.archived === undefined || filter.archived === project.archived) &&
  (filter.visibility === undefined || filter.visibility === project.visibility) &&
  (filter.minAccessLevel === 0 || roleAt(caller, project.path) >= filter.minAccessLevel) &&
  project.path.toLowerCase().includes(filter.search.toLowerCase());

const groupProjects: Handler = (site, call) => {
  const filter = check(parametersOf(call), readFilter);
  const caller = callerOf(site, call);
  const group = groupOf(site, call, caller);
  const rows = [...site.state.projects.values()]
    .filter((project) => inGroup(project, group, filter) && wanted(project, caller, filter))
    .toSorted(compare(filter));
  const entity = (row: ProjectRow) =>
    filter.simple ? simpleProjectEntity(site, row) : projectEntity(site, row, caller);
  return paginate(site, call, { rows, paging: filter.paging, entity });
};

const subgroups =
  (deep: boolean): Handler =>
  (site: Site, call) => {
    const paging = check(parametersOf(call), readPaging);
    const { path } = groupOf(site, call, callerOf(site, call));
    const rows = [...site.state.groups.values()]
      .filter((each) => (deep ? isBelow(each.path, path) : parentPath(each.path) === path))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return paginate(site, call, { rows, paging, entity: (row) => groupEntity(site, row) });
  };

/** The one user of this world is 1, and whoever asks is it. */
const member =
  (kind: "project" | "group"): Handler =>
  (site, call) => {
    const caller = callerOf(site, call);
    const { path } = kind === "project" ? projectOf(site, call, caller) : groupOf(site, call, caller);
    const role = membershipAt(caller, path);
    if (call.params["user_id"] !== "1" || role === 0) throw notFound("User");
    return json(200, { id: 1, username: "user1", state: "active", access_level: role });
  };

export const namespaceRoutes: readonly Route[] = [
  { method: "GET", template: "/api/v4/projects/:id/members/all/:user_id", handle: member("project") },
  { method: "GET", template: "/api/v4/groups/:id/members/all/:user_id", handle: member("group") },
  { method: "GET", template: "/api/v4/projects/:id", handle: project },
  { method: "GET", template: "/api/v4/groups/:id", handle: group },
  { method: "GET", template: "/api/v4/groups/:id/projects", handle: groupProjects },
  { method: "GET", template: "/api/v4/groups/:id/subgroups", handle: subgroups(false) },
  { method: "GET", template: "/api/v4/groups/:id/descendant_groups", handle: subgroups(true) },
];
