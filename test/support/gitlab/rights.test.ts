import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { asking } from "./ask.ts";
import type { AddPersonalAccessToken } from "./personal-access-token-desk.ts";
import { type GitLabSimulator, startGitLab } from "./simulator.ts";

const ROLE = { developer: 30, maintainer: 40, owner: 50 };
const NOW = new Date("2026-11-24T09:30:00Z");
const BODY = { name: "n", scopes: ["read_registry"] };
const PROJECT = "/api/v4/projects/1/deploy_tokens";
const GROUP = "/api/v4/groups/1/deploy_tokens";
const FORBIDDEN = { message: "403 Forbidden" };

let gitlab: GitLabSimulator;

beforeEach(async () => {
  gitlab = await startGitLab({ clock: { now: () => NOW } });
  gitlab.world.addProject({ path: "platform/api" });
  gitlab.world.addProject({ path: "platform/open", visibility: "public" });
  gitlab.world.addDeployToken({ kind: "project", path: "platform/api" }, BODY);
  gitlab.world.addDeployToken({ kind: "group", path: "platform" }, BODY);
});

afterEach(() => gitlab.close());

const as = (token: AddPersonalAccessToken) =>
  asking(gitlab, gitlab.world.addPersonalAccessToken(token).token);
const withRole = (role: number) => as({ roles: { platform: role } });

describe("roles", () => {
  test.each([
    ["Developer", ROLE.developer, PROJECT, [403, 403, 403, 403]],
    ["Maintainer", ROLE.maintainer, PROJECT, [200, 200, 201, 204]],
    ["Developer", ROLE.developer, GROUP, [403, 403, 403, 403]],
    ["Maintainer", ROLE.maintainer, GROUP, [200, 200, 403, 403]],
    ["Owner", ROLE.owner, GROUP, [200, 200, 201, 204]],
  ])("lets a %s (%i) list, get, create and delete at %s: %j", async (_, role, path, statuses) => {
    const ask = withRole(role);
    const id = path === PROJECT ? 1 : 2;
    const replies = [
      await ask(`GET ${path}`),
      await ask(`GET ${path}/${id}`),
      await ask(`POST ${path}`, { body: BODY }),
      await ask(`DELETE ${path}/${id}`),
    ];
    expect(replies.map(({ status }) => status)).toEqual(statuses);
    for (const { status, json } of replies) if (status === 403) expect(json).toEqual(FORBIDDEN);
  });

  it("hides what the caller does not belong to", async () => {
    const ask = as({ roles: {} });
    expect((await ask(`GET ${PROJECT}`)).json).toEqual({ message: "404 Project Not Found" });
    expect((await ask(`GET ${GROUP}`)).json).toEqual({ message: "404 Group Not Found" });
  });

  it("shows a group to the members of its projects, and no more than that", async () => {
    const ask = as({ roles: { "platform/api": ROLE.owner } });
    expect((await ask("GET /api/v4/groups/platform")).status).toBe(200);
    expect((await ask(`GET ${GROUP}`)).json).toEqual(FORBIDDEN);
    expect((await ask(`GET ${PROJECT}`)).status).toBe(200);
  });

  it("lists the instance for administrators only", async () => {
    const path = "GET /api/v4/deploy_tokens";
    expect((await asking(gitlab)(path)).json).toEqual({ message: "401 Unauthorized" });
    expect((await as({})(path)).json).toEqual(FORBIDDEN);
    const { json } = await as({ admin: true })(path);
    expect(json.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
  });

  it("shows an administrator no memberships of their own", async () => {
    const permissions = async (token: AddPersonalAccessToken) =>
      (await as(token)("GET /api/v4/projects/1")).json.permissions;
    const owner = { access_level: 50, notification_level: 3 };
    expect(await permissions({ admin: true })).toEqual({ project_access: null, group_access: null });
    expect(await permissions({})).toEqual({ project_access: null, group_access: owner });
  });
});

describe("without credentials", () => {
  it("answers 404 for what is private, and 403 for what anyone may see", async () => {
    const ask = asking(gitlab);
    expect((await ask(`GET ${PROJECT}`)).json).toEqual({ message: "404 Project Not Found" });
    expect((await ask("GET /api/v4/projects/2/deploy_tokens")).json).toEqual(FORBIDDEN);
    expect((await ask("GET /api/v4/projects/platform%2Fopen")).status).toBe(200);
  });
});

describe("personal access tokens", () => {
  it("refuses an unknown one with 401, even where none is needed", async () => {
    const { status, json } = await asking(gitlab, "glpat-unknown")("GET /api/v4/projects/2");
    expect([status, json]).toEqual([401, { message: "401 Unauthorized" }]);
  });

  it("refuses a deploy token's value as a personal access token", async () => {
    const { token } = gitlab.world.addDeployToken({ kind: "project", path: "platform/api" }, BODY);
    expect((await asking(gitlab, token)(`GET ${PROJECT}`)).status).toBe(401);
  });

  test.each([
    [{ revoked: true }, "Token was revoked. You have to re-authorize from the user."],
    [{ expiresAt: "2026-11-24" }, "Token is expired. You can either do re-authorization or token refresh."],
  ])("refuses %j with 401, the reason in body and header", async (token, description) => {
    const { status, json, headers } = await as(token)(`GET ${PROJECT}`);
    expect([status, json]).toEqual([401, { error: "invalid_token", error_description: description }]);
    expect(headers.get("www-authenticate")).toContain(`error_description="${description}"`);
  });

  it("takes one that expires tomorrow, also as a bearer", async () => {
    const { token } = gitlab.world.addPersonalAccessToken({ expiresAt: "2026-11-25" });
    const headers = { authorization: `Bearer ${token}` };
    expect((await asking(gitlab)(`GET ${PROJECT}`, { headers })).status).toBe(200);
  });

  it("lets read_api read, and nothing else", async () => {
    const ask = as({ scopes: ["read_api"] });
    expect((await ask(`GET ${PROJECT}`)).status).toBe(200);
    const { status, json } = await ask(`POST ${PROJECT}`, { body: BODY });
    expect([status, json.error, json.scope]).toEqual([403, "insufficient_scope", "api"]);
    const reading = await as({ scopes: ["read_user"] })(`GET ${PROJECT}`);
    expect(reading.json.scope).toBe("api read_api");
  });

  it("takes read_user for /metadata, and any scope for the token's own entry", async () => {
    const ask = as({ scopes: ["read_user"], expiresAt: "2027-06-23" });
    expect((await ask("GET /api/v4/metadata")).json.version).toBe("19.1.1-ee");
    expect((await as({ scopes: ["read_registry"] })("GET /api/v4/metadata")).status).toBe(403);
    const { json } = await as({ scopes: ["read_registry"] })("GET /api/v4/personal_access_tokens/self");
    expect([json.scopes, json.active, json.expires_at]).toEqual([["read_registry"], true, null]);
    expect((await asking(gitlab)("GET /api/v4/metadata")).status).toBe(401);
  });

  it("is dead once it has rotated itself, and takes its successor along when it asks again", async () => {
    const ask = as({});
    const { status, json } = await ask("POST /api/v4/personal_access_tokens/self/rotate");
    expect([status, json.expires_at, json.revoked]).toEqual([200, "2026-12-01", false]);
    expect((await ask("GET /api/v4/personal_access_tokens/self")).status).toBe(401);
    const successor = asking(gitlab, json.token);
    expect((await successor("GET /api/v4/personal_access_tokens/self")).status).toBe(200);
    expect((await ask("POST /api/v4/personal_access_tokens/self/rotate")).status).toBe(401);
    expect((await successor("GET /api/v4/personal_access_tokens/self")).status).toBe(401);
  });
});

describe("the order of the checks", () => {
  const wrong = { body: { name: "n" } };
  const blank = { body: { name: "n", scopes: [] } };

  it("validates parameters before it asks who is there", async () => {
    const { status, json } = await asking(gitlab, "glpat-unknown")(`POST ${PROJECT}`, wrong);
    expect([status, json]).toEqual([400, { error: "scopes is missing" }]);
  });

  it("misses the project before it looks at the scope", async () => {
    const ask = as({ scopes: ["read_api"] });
    expect((await ask("POST /api/v4/projects/99/deploy_tokens", { body: BODY })).status).toBe(404);
    expect((await ask(`POST ${PROJECT}`, { body: BODY })).status).toBe(403);
  });

  it("looks at the role before the model", async () => {
    expect((await withRole(ROLE.developer)(`POST ${PROJECT}`, blank)).json).toEqual(FORBIDDEN);
    expect((await withRole(ROLE.maintainer)(`POST ${PROJECT}`, blank)).status).toBe(400);
  });
});
