import type { Answer, Call } from "../../http/call.ts";
import { forbidden, message, notFound, text } from "../answers.ts";
import { basicOf, tokenBySecret } from "../login.ts";
import type { Handler, Route, Site } from "../site.ts";
import { type DeployTokenRow, groupAt, isBelow, projectAt, reaches, type Visibility } from "../state.ts";

const INDEX = "<!DOCTYPE html><html><head><title>Links for Simple Index</title></head><body></body></html>";

const index = (): Answer => text(200, INDEX, { "Content-Type": "text/html; charset=utf-8" });

/** The username is never looked at here. */
const presented = (site: Site, call: Call): DeployTokenRow | undefined => {
  const secret = call.headers["deploy-token"] ?? basicOf(call)?.password;
  return secret === undefined ? undefined : tokenBySecret(site, secret);
};

interface Shelf {
  readonly what: "Project" | "Group";
  readonly visibility: Visibility;
  readonly enabled: boolean;
  reachedBy(token: DeployTokenRow): boolean;
}

const browse = (site: Site, call: Call, shelf: Shelf | undefined, what: Shelf["what"]): Answer => {
  // Anyone may look at a public one, so credentials prove nothing there.
  if (shelf?.visibility === "public" && shelf.enabled) return index();
  const token = presented(site, call);
  if (token === undefined) {
    throw message(401, "401 Unauthorized", {
      "Www-Authenticate": 'Basic realm="GitLab Packages Registry"',
    });
  }
  if (shelf === undefined || !shelf.reachedBy(token)) throw notFound(what);
  const scoped = token.scopes.some((scope) => scope.endsWith("_package_registry"));
  if (!shelf.enabled || !scoped) throw forbidden();
  return index();
};

const ofProject: Handler = (site, call) => {
  const id = call.params["id"] ?? "";
  const row = /^\d+$/.test(id) ? site.state.projects.get(Number(id)) : projectAt(site.state, id);
  const shelf: Shelf | undefined = row && {
    what: "Project",
    visibility: row.visibility,
    enabled: row.packagesEnabled,
    reachedBy: (token) => reaches(site.state, token, row),
  };
  return browse(site, call, shelf, "Project");
};

const ofGroup: Handler = (site, call) => {
  const id = call.params["id"] ?? "";
  const row = /^\d+$/.test(id) ? site.state.groups.get(Number(id)) : groupAt(site.state, id);
  const shelf: Shelf | undefined = row && {
    what: "Group",
    visibility: row.visibility,
    enabled: true,
    reachedBy: ({ kind, targetId }) => {
      const own = kind === "group" ? site.state.groups.get(targetId) : undefined;
      return own !== undefined && (own.id === row.id || isBelow(row.path, own.path));
    },
  };
  return browse(site, call, shelf, "Group");
};

export const packageRoutes: readonly Route[] = [
  { method: "GET", template: "/api/v4/projects/:id/packages/pypi/simple", handle: ofProject },
  { method: "GET", template: "/api/v4/groups/:id/-/packages/pypi/simple", handle: ofGroup },
];
