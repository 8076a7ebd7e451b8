import { message, notFound, Refusal, text } from "./answers.ts";
import { requireScope, scopesFor } from "./caller.ts";
import type { Caller, RoutedCall, Site } from "./site.ts";
import {
  type GroupRow,
  groupAt,
  isBelow,
  type ProjectRow,
  projectAt,
  type Visibility,
  withAncestors,
} from "./state.ts";

const OWNER = 50;

/** The highest role that the caller was given at the path, inherited ones included; 0 for none. */
export const membershipAt = (caller: Caller, path: string): number => {
  const roles = caller?.roles;
  if (roles === undefined) return caller === undefined || caller.admin ? 0 : OWNER;
  return Math.max(0, ...withAncestors(path).map((each) => roles[each] ?? 0));
};

/** What the caller may do there: an administrator everything, member or not. */
export const roleAt = (caller: Caller, path: string): number =>
  caller?.admin ? OWNER : membershipAt(caller, path);

const openTo = (caller: Caller, visibility: Visibility): boolean =>
  visibility === "public" || (visibility === "internal" && caller !== undefined);

export const seesProject = (caller: Caller, project: ProjectRow): boolean =>
  openTo(caller, project.visibility) || roleAt(caller, project.path) > 0;

/** Members of anything below a group see the group itself. */
const seesGroup = (caller: Caller, group: GroupRow): boolean =>
  openTo(caller, group.visibility) ||
  roleAt(caller, group.path) > 0 ||
  Object.keys(caller?.roles ?? {}).some((path) => isBelow(path, group.path));

const byId = (id: string): number | undefined => (/^\d+$/.test(id) ? Number(id) : undefined);

const movedTo = (call: RoutedCall, project: ProjectRow): Refusal => {
  if (call.method !== "GET") return message(405, "Non GET methods are not allowed for moved projects");
  // Unlike `Link`, this is made from the request's own host.
  const pathname = call.pathname.replace(/\/projects\/[^/]+/, `/projects/${project.id}`);
  const query = call.path.includes("?") ? call.path.slice(call.path.indexOf("?")) : "";
  const location = `http://${call.headers["host"] ?? ""}${call.root}${pathname}${query}`;
  return new Refusal(
    text(301, `This resource has been moved permanently to ${location}.`, { Location: location }),
  );
};

/** The project of `:id`, which the caller sees with a token of sufficient scope; else the answer that GitLab gives. */
export const projectOf = (site: Site, call: RoutedCall, caller: Caller): ProjectRow => {
  const id = call.params["id"] ?? "";
  const number = byId(id);
  const current = number === undefined ? projectAt(site.state, id) : site.state.projects.get(number);
  const moved =
    current === undefined ? site.state.projects.get(site.state.redirects.get(id) ?? -1) : undefined;
  const project = current ?? moved;
  if (project === undefined) throw notFound("Project");
  requireScope(caller, scopesFor(call.method));
  if (!seesProject(caller, project)) throw notFound("Project");
  if (moved !== undefined) throw movedTo(call, moved);
  return project;
};

/** Group paths do not follow renames. */
export const groupOf = (site: Site, call: RoutedCall, caller: Caller): GroupRow => {
  const id = call.params["id"] ?? "";
  const number = byId(id);
  const group = number === undefined ? groupAt(site.state, id) : site.state.groups.get(number);
  if (group === undefined) throw notFound("Group");
  requireScope(caller, scopesFor(call.method));
  if (!seesGroup(caller, group)) throw notFound("Group");
  return group;
};
