import { afterEach, describe, expect, it } from "vitest";
import { asking } from "./ask.ts";
import { aCompany } from "./company.ts";
import { type GitLabSimulator, type GitLabSimulatorOptions, startGitLab } from "./simulator.ts";

const NOW = new Date("2026-11-24T09:30:00Z");
const API = { kind: "project", path: "platform/api" } as const;
const TOKEN = { name: "n", scopes: ["read_registry"] };

let gitlab: GitLabSimulator;
const start = async (options: GitLabSimulatorOptions = {}) => {
  gitlab = await startGitLab({ clock: { now: () => NOW }, ...options });
  return gitlab.world;
};
afterEach(() => gitlab.close());

describe("the world", () => {
  it("gives ids out again once it is restored from a backup", async () => {
    const world = await start();
    world.addProject({ path: "platform/api" });
    world.addDeployToken(API, TOKEN);
    const backup = world.snapshot();
    const lost = world.addDeployToken(API, { ...TOKEN, name: "lost" });
    world.revokeDeployToken(1);
    world.restore(backup);
    expect(world.findDeployToken(lost.id)).toBeUndefined();
    expect(world.findDeployToken(1)?.revoked).toBe(false);
    const again = world.addDeployToken(API, { ...TOKEN, name: "another" });
    expect(again.id).toBe(lost.id);
    expect(again.token).not.toBe(lost.token);
    world.restore(backup);
    expect(world.deployTokens(API)).toHaveLength(1);
  });

  it("is restored under the feet of those who talk to it", async () => {
    const world = await start();
    world.addProject({ path: "platform/api" });
    const ask = asking(gitlab, world.addPersonalAccessToken().token);
    const backup = world.snapshot();
    await ask("POST /api/v4/projects/1/deploy_tokens", { body: TOKEN });
    world.restore(backup);
    expect((await ask("GET /api/v4/projects/1/deploy_tokens")).json).toEqual([]);
  });

  it("keeps the histories of what a restored backup has forgotten", async () => {
    const world = await start();
    world.addProject({ path: "platform/api" });
    const backup = world.snapshot();
    world.deleteDeployToken(world.addDeployToken(API, TOKEN).id);
    world.restore(backup);
    expect(world.deletionHistory).toEqual([{ id: 1, name: "n", at: NOW, by: "person" }]);
    expect(gitlab.issuedSecrets()).toHaveLength(1);
  });

  it("shows a token with its value and whether it is live", async () => {
    const world = await start();
    world.addProject({ path: "platform/api" });
    const { id, token } = world.addDeployToken(API, { ...TOKEN, expiresAt: new Date(NOW.getTime() - 1) });
    expect(world.findDeployToken(id)).toMatchObject({ ...API, token, live: false, revoked: false });
  });

  it("takes the tokens along when a project or a group is removed", async () => {
    const world = await start();
    world.addProject({ path: "platform/api" });
    world.addProject({ path: "platform/infra/terraform" });
    world.addProject({ path: "platform-two/web" });
    for (const path of ["platform/api", "platform/infra/terraform", "platform-two/web"]) {
      world.addDeployToken({ kind: "project", path }, TOKEN);
    }
    world.addDeployToken({ kind: "group", path: "platform/infra" }, TOKEN);
    world.removeProject("platform/api");
    world.removeGroup("platform");
    expect([1, 2, 3, 4].map((id) => world.findDeployToken(id)?.path)).toEqual([
      undefined,
      undefined,
      "platform-two/web",
      undefined,
    ]);
  });

  it("tells a test that it is mistaken about a path or an id", async () => {
    const world = await start();
    expect(() => world.deployTokens(API)).toThrow("the world has no project platform/api");
    expect(() => world.deleteDeployToken(7)).toThrow("the world has no deploy token 7");
    expect(() => world.addProject({ path: "alone" })).toThrow("a project lives in a group");
  });

  it("can take a personal access token away in the middle", async () => {
    const world = await start();
    const { id, token } = world.addPersonalAccessToken();
    const ask = asking(gitlab, token);
    expect((await ask("GET /api/v4/metadata")).status).toBe(200);
    world.updatePersonalAccessToken(id, { revoked: true });
    expect((await ask("GET /api/v4/metadata")).status).toBe(401);
  });
});

describe("the simulator", () => {
  it("logs every request with its route, and the status that was sent", async () => {
    const world = await start();
    const ask = asking(gitlab, world.addPersonalAccessToken().token);
    await ask("GET /api/v4/projects/a%2Fb/deploy_tokens?page=2");
    await ask("GET /nowhere");
    expect(gitlab.log).toMatchObject([
      {
        method: "GET",
        path: "/api/v4/projects/a%2Fb/deploy_tokens?page=2",
        route: "/api/v4/projects/:id/deploy_tokens",
        status: 404,
        at: NOW,
        body: "",
      },
      { path: "/nowhere", route: "", status: 404 },
    ]);
  });

  it("stands below a relative root, and nowhere else", async () => {
    const world = await start({ relativeRoot: "/gitlab" });
    world.addProject({ path: "platform/api" });
    const { token } = world.addPersonalAccessToken();
    const { json, headers } = await asking(gitlab, token)("GET /api/v4/projects/1/deploy_tokens");
    expect([gitlab.url.endsWith("/gitlab"), json]).toEqual([true, []]);
    expect(headers.get("link")).toContain("<https://gitlab.example.com/gitlab/api/v4/projects/1/");
    const outside = asking({ url: new URL(gitlab.url).origin }, token);
    expect((await outside("GET /api/v4/projects/1/deploy_tokens")).status).toBe(404);
  });

  it("answers HEAD as GET, without the body", async () => {
    const world = await start();
    const { status, text, headers } = await asking(
      gitlab,
      world.addPersonalAccessToken().token,
    )("HEAD /api/v4/metadata");
    expect([status, text, headers.get("content-type")]).toEqual([200, "", "application/json"]);
  });
});

describe("the company", () => {
  it("has projects at several depths and tokens made by hand, which its owner sees", async () => {
    const world = await start();
    const ask = asking(gitlab, aCompany(world, { now: NOW }).token);
    const { json } = await ask(
      "GET /api/v4/groups/platform/projects?include_subgroups=true&archived=false&order_by=id&sort=asc",
    );
    expect(json.map(({ path_with_namespace: path }: { path_with_namespace: string }) => path)).toEqual([
      "platform/api",
      "platform/web",
      "platform/infra/terraform",
    ]);
    const tokens = (await ask("GET /api/v4/projects/platform%2Fapi/deploy_tokens")).json;
    expect(tokens[0]).toMatchObject({ name: "registry-pull", expires_at: "2026-11-30T00:00:00.000Z" });
    const group = await ask("POST /api/v4/groups/platform/deploy_tokens", { body: TOKEN });
    expect(group.status).toBe(201);
  });
});
