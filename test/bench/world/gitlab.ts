import { type Bucket, createBucket } from "./bucket.ts";
import { createCounter } from "./counts.ts";
import {
  type Estate,
  expiresAt,
  firstNewToken,
  GROUP,
  INSTANCE,
  lineages,
  nameOf,
  projectAt,
  projectId,
  projectIndex,
  projectPath,
  SCOPES,
  tokenId,
} from "./estate.ts";
import type { Answer, Asked, Site } from "./server.ts";

export interface Limit {
  /** Requests a second. */
  readonly rate: number;
  readonly burst: number;
  /** Recent versions tell how much is left in every answer, older ones only in a refusal. */
  readonly tells: "always" | "refusals";
}

export interface GitLabWorld {
  readonly estate: Estate;
  /** Whether the access token may list the whole instance's deploy tokens. */
  readonly admin: boolean;
  readonly limit: Limit | undefined;
}

/** A token that was created since the reset. */
interface Made {
  readonly id: number;
  readonly project: number;
  readonly name: string;
  readonly username: string;
  readonly expiresAt: string;
  readonly scopes: readonly string[];
  readonly value: string;
}

const JSON_TYPE = { "Content-Type": "application/json" };
/** Above so many rows GitLab does not count them. */
const COUNTED = 10_000;

const seedText = (estate: Estate, lineage: number): string => {
  const id = tokenId(lineage);
  const expires = new Date(expiresAt(estate, lineage)).toISOString();
  return `{"id":${id},"name":"${nameOf(estate, lineage)}","username":"gitlab+deploy-token-${id}","expires_at":"${expires}","scopes":${JSON.stringify(SCOPES)},"revoked":false,"expired":false}`;
};

const madeEntity = ({ id, name, username, expiresAt, scopes }: Made): object => ({
  id,
  name,
  username,
  expires_at: expiresAt,
  scopes,
  revoked: false,
  expired: false,
});

const projectText = (index: number): string => {
  const path = projectPath(index);
  const name = `service-${index}`;
  const url = `https://gitlab.bench.example/${path}`;
  return `{"id":${projectId(index)},"description":"","name":"${name}","name_with_namespace":"estate / team / ${name}","path":"${name}","path_with_namespace":"${path}","created_at":"2024-03-01T10:00:00.000Z","default_branch":"main","ssh_url_to_repo":"git@gitlab.bench.example:${path}.git","http_url_to_repo":"${url}.git","web_url":"${url}","visibility":"private","repository_access_level":"enabled","container_registry_access_level":"enabled","package_registry_access_level":"enabled","packages_enabled":true,"archived":false}`;
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const openGitLab = ({ estate, admin, limit }: GitLabWorld): Site => {
  const counter = createCounter();
  const bucket = limit && createBucket(limit.rate, limit.burst);
  const made = new Map<number, Made>();
  const deleted = new Set<number>();
  let nextToken = firstNewToken(estate);

  const json = (route: string, status: number, body: string): Answer => ({
    route,
    status,
    headers: JSON_TYPE,
    body,
  });
  const missing = (route: string, what: string): Answer =>
    json(route, 404, `{"message":"404 ${what}Not Found"}`);

  /** One page of so many rows, each as its text. */
  const paged = (
    route: string,
    url: string,
    { total, row }: { readonly total: number; readonly row: (index: number) => string },
  ): Answer => {
    const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
    const page = Number(query.get("page") ?? 1);
    const perPage = Math.min(100, Number(query.get("per_page") ?? 20));
    const from = Math.min(total, (page - 1) * perPage);
    const to = Math.min(total, from + perPage);
    const rows: string[] = [];
    for (let index = from; index < to; index += 1) rows.push(row(index));
    const pages = Math.max(1, Math.ceil(total / perPage));
    const next = page < pages ? String(page + 1) : "";
    return {
      route,
      status: 200,
      headers: {
        ...JSON_TYPE,
        ...(next === "" ? {} : { Link: linkTo(url, page + 1) }),
        "X-Next-Page": next,
        "X-Page": String(page),
        "X-Per-Page": String(perPage),
        "X-Prev-Page": page > 1 ? String(page - 1) : "",
        ...(total > COUNTED ? {} : { "X-Total": String(total), "X-Total-Pages": String(pages) }),
      },
      body: `[${rows.join(",")}]`,
    };
  };

  const rowsOf = (project: number): string[] => {
    const rows: string[] = [];
    const first = project * estate.tokensPerProject;
    for (let lineage = first; lineage < first + estate.tokensPerProject; lineage += 1)
      if (!deleted.has(tokenId(lineage))) rows.push(seedText(estate, lineage));
    for (const each of made.values())
      if (each.project === project) rows.push(JSON.stringify(madeEntity(each)));
    return rows;
  };

  const instanceList = (url: string): Answer => {
    const route = "GET /deploy_tokens";
    if (!admin) return json(route, 403, `{"message":"403 Forbidden"}`);
    const created = [...made.values()];
    const seeds = lineages(estate);
    return paged(route, url, {
      total: seeds + created.length,
      row: (index) =>
        index < seeds ? seedText(estate, index) : JSON.stringify(madeEntity(created[index - seeds] as Made)),
    });
  };

  const create = (route: string, project: number, body: string): Answer => {
    const asked = JSON.parse(body) as {
      name: string;
      username: string;
      scopes: string[];
      expires_at: string;
    };
    const id = nextToken;
    nextToken += 1;
    const token: Made = {
      id,
      project,
      name: asked.name,
      username: asked.username,
      expiresAt: new Date(asked.expires_at).toISOString(),
      scopes: asked.scopes,
      value: `gldt-${Buffer.from(String(id)).toString("base64url").padEnd(20, "x")}`,
    };
    made.set(id, token);
    return json(route, 201, JSON.stringify({ ...madeEntity(token), token: token.value }));
  };

  const oneToken = (method: string, project: number, id: number): Answer => {
    const route = `${method} /projects/:id/deploy_tokens/:token_id`;
    const text = rowsOf(project).find((row) => (JSON.parse(row) as { id: number }).id === id);
    if (text === undefined) return json(route, 404, `{"message":"404 Not found"}`);
    if (method !== "DELETE") return json(route, 200, text);
    if (!made.delete(id)) deleted.add(id);
    return { route, status: 204 };
  };

  const projectRoutes = ({ method, url, body }: Asked, rest: string): Answer => {
    const [, idOrPath = "", below = ""] = /^([^/?]+)([^?]*)/.exec(rest) ?? [];
    const decoded = decodeURIComponent(idOrPath);
    const index = /^\d+$/.test(decoded) ? projectIndex(estate, Number(decoded)) : projectAt(estate, decoded);
    if (index === undefined) return missing(`${method} /projects/:id`, "Project ");
    if (below === "") return json("GET /projects/:id", 200, projectText(index));
    if (below === "/deploy_tokens") {
      const route = `${method} /projects/:id/deploy_tokens`;
      if (method === "POST") return create(route, index, body);
      const rows = rowsOf(index);
      return paged(route, url, { total: rows.length, row: (number) => rows[number] as string });
    }
    const [, id] = /^\/deploy_tokens\/(\d+)$/.exec(below) ?? [];
    if (id !== undefined) return oneToken(method, index, Number(id));
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
    const known = [...made.values()].some((each) => each.value === value && each.username === username);
    if (!known) return json(route, 401, `{"errors":[{"code":"UNAUTHORIZED","message":"denied"}]}`);
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
      case "/deploy_tokens":
        return instanceList(asked.url);
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

  return {
    counter,
    answer: (asked) => {
      if (bucket === undefined) return route(asked);
      if (!bucket.take()) return refusal(bucket);
      const answer = route(asked);
      return limit?.tells === "always"
        ? { ...answer, headers: { ...answer.headers, ...limitHeaders(bucket) } }
        : answer;
    },
  };
};

const linkTo = (url: string, page: number): string => {
  const [path, text = ""] = url.split("?", 2);
  const query = new URLSearchParams(text);
  query.set("page", String(page));
  // With the host that GitLab is configured with, not the one that was asked.
  return `<https://${INSTANCE}${path}?${query}>; rel="next"`;
};

/** As of a window that ends with the second in which there is something again. */
const limitHeaders = (bucket: Bucket): Record<string, string> => {
  const limit = Math.ceil(bucket.rate * 60);
  const left = bucket.left();
  return {
    "RateLimit-Limit": String(limit),
    "RateLimit-Name": "throttle_authenticated_api",
    "RateLimit-Observed": String(limit - left),
    "RateLimit-Remaining": String(left),
    "RateLimit-Reset": String(Math.ceil(Date.now() / 1_000 + bucket.wait())),
  };
};

const refusal = (bucket: Bucket): Answer => {
  const wait = Math.max(1, Math.ceil(bucket.wait()));
  return {
    route: "(refused)",
    status: 429,
    refused: true,
    headers: {
      ...limitHeaders(bucket),
      "Content-Type": "text/plain",
      "Retry-After": String(wait),
      "RateLimit-ResetTime": new Date(Date.now() + wait * 1_000).toUTCString(),
    },
    body: "Retry later\n",
  };
};
