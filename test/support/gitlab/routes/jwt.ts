import { randomUUID } from "node:crypto";
import type { Answer } from "../../http/call.ts";
import { json, text } from "../answers.ts";
import { ACCESS_DENIED, basicOf, logIn } from "../login.ts";
import type { Handler, Route, RoutedCall, Site } from "../site.ts";
import { type DeployTokenRow, projectAt, reaches, usernameOf } from "../state.ts";

const LIFE_SECONDS = 300;

interface Access {
  readonly type: "repository";
  readonly name: string;
  readonly actions: readonly string[];
}

const denied = (): Answer => json(403, { errors: [{ code: "DENIED", message: "access forbidden" }] });

const refused = (): Answer => json(401, { errors: [{ code: "UNAUTHORIZED", message: ACCESS_DENIED }] });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Nobody checks the signature here. */
const jwt = (site: Site, audience: string, claims: object): Answer => {
  const issuedAt = Math.floor(site.now().getTime() / 1_000);
  const payload = {
    ...claims,
    jti: randomUUID(),
    aud: audience,
    iss: "gitlab-issuer",
    iat: issuedAt,
    nbf: issuedAt - 5,
    exp: issuedAt + LIFE_SECONDS,
  };
  return json(200, {
    token: `${part({ alg: "RS256", typ: "JWT" })}.${part(payload)}.${part({ simulated: true })}`,
  });
};

const REGISTRY_SCOPE = { pull: "read_registry", push: "write_registry" } as const;

const may = (site: Site, token: DeployTokenRow | undefined, path: string, action: string): boolean => {
  const project = projectAt(site.state, path);
  if (project === undefined || !project.registryEnabled) return false;
  const open = project.visibility === "public" && action === "pull";
  if (token === undefined) return open;
  // A write scope alone lets nobody pull.
  const scope = REGISTRY_SCOPE[action as "pull" | "push"] as string | undefined;
  return scope !== undefined && token.scopes.includes(scope) && (open || reaches(site.state, token, project));
};

const grant = (site: Site, token: DeployTokenRow | undefined, scope: string): Access[] => {
  const [type, name = "", actions = ""] = scope.split(":");
  if (type !== "repository") return [];
  const granted = actions.split(",").filter((action) => may(site, token, name, action));
  // Asking for `push` on a path without images makes a row for it, even if nothing is ever pushed.
  if (granted.includes("push") && !site.state.containerRepositories.includes(name)) {
    site.state.containerRepositories.push(name);
  }
  return granted.length > 0 ? [{ type: "repository", name, actions: granted }] : [];
};

const containerRegistry = (site: Site, call: RoutedCall, token: DeployTokenRow | undefined): Answer => {
  const allowed = token?.scopes.some((scope) => scope === "read_registry" || scope === "write_registry");
  if (allowed === false) return denied();
  const access = call.query.getAll("scope").flatMap((scope) => grant(site, token, scope));
  return jwt(site, "container_registry", {
    access,
    sub: token && usernameOf(token),
    auth_type: token && "deploy_token",
  });
};

const dependencyProxy = (site: Site, token: DeployTokenRow | undefined): Answer => {
  if (!site.dependencyProxy) return text(404, "");
  const both = ["read_virtual_registry", "write_virtual_registry"].every((scope) =>
    token?.scopes.includes(scope),
  );
  if (token?.kind !== "group" || !both) return denied();
  return jwt(site, "dependency_proxy", { deploy_token: usernameOf(token) });
};

const auth: Handler = (site, call) => {
  const service = call.query.get("service");
  if (service !== "container_registry" && service !== "dependency_proxy") return text(404, "");
  const basic = basicOf(call);
  const token = basic && logIn(site, basic);
  if (basic !== undefined && token === undefined) return refused();
  return service === "container_registry"
    ? containerRegistry(site, call, token)
    : dependencyProxy(site, token);
};

export const jwtRoutes: readonly Route[] = [{ method: "GET", template: "/jwt/auth", handle: auth }];
