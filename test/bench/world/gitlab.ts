import { createCounter } from "./counts.ts";
import { createDeployTokens } from "./deploy-tokens.ts";
import { type Estate, GROUP, projectAt, projectId, projectIndex, projectPath } from "./estate.ts";
import { json, missing, paged } from "./gitlab-answers.ts";
import { type Limit, limitedBy } from "./rate-limit.ts";
import type { Answer, Asked, Site } from "./server.ts";

export interface GitLabWorld {
  readonly estate: Estate;
  /** Whether the access token may list the whole instance's deploy tokens. */
  readonly admin: boolean;
  readonly limit: Limit | undefined;
}

const projectText = (index: number): string => {
  const path = projectPath(index);
  const name = `service-${index}`;
  const url = `https://gitlab.bench.example/${path}`;
  return `{"id":${projectId(index)},"description":"","name":"${name}","name_with_namespace":"estate / team / ${name}","path":"${name}","path_with_namespace":"${path}","created_at":"2024-03-01T10:00:00.000Z","default_branch":"main","ssh_url_to_repo":"git@gitlab.bench.example:${path}.git","http_url_to_repo":"${url}.git","web_url":"${url}","visibility":"private","repository_access_level":"enabled","container_registry_access_level":"enabled","package_registry_access_level":"enabled","packages_enabled":true,"archived":false}`;
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const openGitLab = ({ estate, admin, limit }: GitLabWorld): Site => {
  const tokens = createDeployTokens(estate);
  const withinLimit = limitedBy(limit);

  const projectRoutes = ({ method, url, body }: Asked, rest: string): Answer => {
    const [, idOrPath = "", below = ""] = /^([^/?]+)([^?]*)/.exec(rest) ?? [];
    const decoded = decodeURIComponent(idOrPath);
    const index = /^\d+$/.test(decoded) ? projectIndex(estate, Number(decoded)) : projectAt(estate, decoded);
    if (index === undefined) return missing(`${method} /projects/:id`, "Project ");
    if (below === "") return json("GET /projects/:id", 200, projectText(index));
    if (below === "/deploy_tokens") {
      const route = `${method} /projects/:id/deploy_tokens`;
      if (method === "POST") return tokens.create(route, index, body);
      const rows = tokens.rowsOf(index);
      return paged(route, url, { total: rows.length, row: (number) => rows[number] as string });
    }
    const [, id] = /^\/deploy_tokens\/(\d+)$/.exec(below) ?? [];
    if (id !== undefined) return tokens.one(method, index, Number(id));
    if (below.startsWith("/members/all/"))
      return json("GET /projects/:id/members/all/:user_id", 200, `{"id":1,"access_level":50}`);
    return missing(`${method} /projects/:id${below}`, "");
  };

  const groupRoutes = ({ method, url }: Asked, rest: string): Answer => {
    const [, idOrPath = "", below = ""] = /^([^/?]+)([^?]*)/.exec(rest) ?? [];
    const decoded = decodeURIComponent(idOrPath);
    if (decoded !== GROUP.path && decoded !== String(GROUP.id))
      return missing(`${method} /groups/:id`, "Group ");
    const route = `${method} /groups/:id${below}`;
    const none = { total: 0, row: () => "" };
    switch (below) {
      case "":
        return json(
          route,
          200,
          `{"id":${GROUP.id},"full_path":"${GROUP.path}","path":"${GROUP.path}","name":"Estate","visibility":"private"}`,
        );
      case "/projects":
        return paged(route, url, { total: estate.projects, row: projectText });
      case "/deploy_tokens":
      case "/descendant_groups":
      case "/subgroups":
        return paged(route, url, none);
      default:
        return below.startsWith("/members/all/")
          ? json("GET /groups/:id/members/all/:user_id", 200, `{"id":1,"access_level":50}`)
          : missing(route, "");
    }
  };

  /** As `docker login` asks. */
  const registry = ({ url, headers }: Asked): Answer => {
    const route = "GET /jwt/auth";
    const [, encoded = ""] = /^Basic (.+)$/.exec(headers.authorization ?? "") ?? [];
    const [username, value] = Buffer.from(encoded, "base64").toString().split(":", 2);
    if (!tokens.knows(username, value))
      return json(route, 401, `{"errors":[{"code":"UNAUTHORIZED","message":"denied"}]}`);
    const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
    const [type, name, actions = ""] = (query.get("scope") ?? "").split(":");
    const claims = { access: [{ type, name, actions: actions.split(",") }] };
    return json(route, 200, JSON.stringify({ token: `${part({ alg: "RS256" })}.${part(claims)}.x` }));
  };

  const api = (asked: Asked, path: string): Answer => {
    const bare = path.split("?", 1)[0] as string;
    if (bare.startsWith("/projects/")) return projectRoutes(asked, path.slice("/projects/".length));
    if (bare.startsWith("/groups/")) return groupRoutes(asked, path.slice("/groups/".length));
    switch (bare) {
      case "/deploy_tokens": {
        // A single token is asked for to learn whether one may: no page of the list, which is timed.
        const route = /[?&]per_page=1(?:&|$)/.test(asked.url) ? `GET ${bare}, one token` : `GET ${bare}`;
        return admin ? tokens.all(route, asked.url) : json(route, 403, `{"message":"403 Forbidden"}`);
      }
      case "/version":
      case "/metadata":
        return json(`GET ${bare}`, 200, `{"version":"18.5.0-ee","revision":"0000000","enterprise":true}`);
      case "/personal_access_tokens/self":
        return json(
          `GET ${bare}`,
          200,
          `{"id":1,"name":"bench","revoked":false,"created_at":"2026-01-01T00:00:00.000Z","scopes":["api"],"user_id":1,"active":true,"expires_at":null}`,
        );
      case "/user":
        return json(`GET ${bare}`, 200, `{"id":1,"username":"bench","is_admin":${admin}}`);
      default:
        return missing(`${asked.method} ${bare}`, "");
    }
  };

  const route = (asked: Asked): Answer => {
    if (asked.url.startsWith("/jwt/auth")) return registry(asked);
    return asked.url.startsWith("/api/v4/")
      ? api(asked, asked.url.slice("/api/v4".length))
      : missing(`${asked.method} (elsewhere)`, "");
  };

  return { counter: createCounter(), answer: (asked) => withinLimit(() => route(asked)) };
};
