import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Ask, asking, basic, type Reply } from "./ask.ts";
import { type GitLabSimulator, type GitLabSimulatorOptions, startGitLab } from "./simulator.ts";

const NOW = new Date("2026-11-24T09:30:00Z");
const API = { kind: "project", path: "platform/api" } as const;
const WEB = { kind: "project", path: "platform/web" } as const;
const PLATFORM = { kind: "group", path: "platform" } as const;
const GIT = "GET /platform/api.git/info/refs?service=git-upload-pack";
const PULL = "GET /jwt/auth?service=container_registry&scope=repository:platform/api:pull";
const PROXY = "GET /jwt/auth?service=dependency_proxy";
const PACKAGES = "GET /api/v4/projects/1/packages/pypi/simple";
const GROUP_PACKAGES = "GET /api/v4/groups/platform/-/packages/pypi/simple";
const EVERYTHING = ["read_repository", "read_registry", "write_registry", "read_package_registry"];

let gitlab: GitLabSimulator;
let ask: Ask;

const start = async (options: GitLabSimulatorOptions = {}): Promise<void> => {
  gitlab = await startGitLab({ clock: { now: () => NOW }, ...options });
  gitlab.world.addProject({ path: "platform/api" });
  gitlab.world.addProject({ path: "platform/web" });
  ask = asking(gitlab);
};

beforeEach(() => start());
afterEach(() => gitlab.close());

type Place = typeof API | typeof WEB | typeof PLATFORM;

const credential = (place: Place, ...scopes: string[]) =>
  basic(gitlab.world.addDeployToken(place, { name: "n", scopes }));

const payload = ({ json }: Reply) =>
  JSON.parse(Buffer.from(json.token.split(".")[1], "base64url").toString("utf8"));

const statusOf = async (request: string, headers?: Record<string, string>): Promise<number> =>
  (await ask(request, headers && { headers })).status;

describe("git", () => {
  it("advertises its refs to a token that may read the repository", async () => {
    const reply = await ask(GIT, { headers: credential(API, "read_repository") });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([
      200,
      "application/x-git-upload-pack-advertisement",
    ]);
    expect(reply.text).toMatch(/^001e# service=git-upload-pack\n0000/);
    const headers = { ...credential(API, "read_repository"), "git-protocol": "version=2" };
    expect((await ask(GIT, { headers })).text).toContain("version 2\n");
  });

  it("challenges anyone without credentials", async () => {
    const { status, text, headers } = await ask(GIT);
    expect([status, headers.get("www-authenticate")]).toEqual([401, 'Basic realm="GitLab"']);
    expect(text).toMatch(/^HTTP Basic: Access denied/);
  });

  test.each([
    ["registry scopes only", API, ["read_registry"], 403],
    ["package scopes only, though it is valid", API, ["read_package_registry"], 401],
    ["another project's token", WEB, ["read_repository"], 401],
    ["a token of the group above", PLATFORM, ["read_repository"], 200],
  ] as const)("answers %s", async (_, place, scopes, status) => {
    expect(await statusOf(GIT, credential(place, ...scopes))).toBe(status);
  });

  it("refuses a wrong username, and an explicit one in place of the default", async () => {
    const { token } = gitlab.world.addDeployToken(API, { name: "n", scopes: ["read_repository"] });
    expect(await statusOf(GIT, basic({ username: "gitlab+deploy-token-1", token }))).toBe(200);
    expect(await statusOf(GIT, basic({ username: "n", token }))).toBe(401);
  });

  it("refuses revoked, deleted and expired tokens, to the instant", async () => {
    const add = (ms: number) =>
      gitlab.world.addDeployToken(API, {
        name: "n",
        scopes: ["read_repository"],
        expiresAt: new Date(NOW.getTime() + ms),
      });
    const [last, dead, revoked, deleted] = [add(0), add(-1), add(1000), add(1000)];
    gitlab.world.revokeDeployToken(revoked.id);
    gitlab.world.deleteDeployToken(deleted.id);
    const statuses = [];
    for (const token of [last, dead, revoked, deleted]) statuses.push(await statusOf(GIT, basic(token)));
    expect(statuses).toEqual([200, 401, 401, 401]);
  });

  it("answers 404 for a project without a repository and for an unknown path, 401 for a disabled one", async () => {
    const headers = credential(API, "read_repository");
    gitlab.world.updateProject("platform/api", { repository: false });
    expect(await statusOf(GIT, headers)).toBe(404);
    expect(await statusOf(GIT.replace("api", "none"), headers)).toBe(404);
    gitlab.world.updateProject("platform/api", { repositoryEnabled: false });
    expect(await statusOf(GIT, headers)).toBe(401);
  });

  it("never falls back to anonymous on a public project", async () => {
    gitlab.world.updateProject("platform/api", { visibility: "public" });
    expect(await statusOf(GIT)).toBe(200);
    expect(await statusOf(GIT, basic({ username: "x", token: "gldt-wrong" }))).toBe(401);
  });

  it("refuses HEAD and pushing", async () => {
    const headers = credential(API, "read_repository");
    expect(await statusOf(GIT.replace("GET", "HEAD"), headers)).toBe(403);
    expect(await statusOf(GIT.replace("upload", "receive"), headers)).toBe(403);
  });
});

describe("the registry's /jwt/auth", () => {
  it("grants pull to read_registry", async () => {
    const reply = await ask(PULL, { headers: credential(API, "read_registry") });
    expect(payload(reply)).toMatchObject({
      access: [{ type: "repository", name: "platform/api", actions: ["pull"] }],
      aud: "container_registry",
      exp: Math.floor(NOW.getTime() / 1000) + 300,
    });
  });

  test.each([
    ["write_registry alone", API, ["write_registry"], {}],
    ["another project's token", WEB, ["read_registry"], {}],
    ["a project whose registry is off", API, ["read_registry"], { registryEnabled: false }],
  ] as const)("grants nothing, with 200, to %s", async (_, place, scopes, settings) => {
    gitlab.world.updateProject("platform/api", settings);
    const reply = await ask(PULL, { headers: credential(place, ...scopes) });
    expect([reply.status, payload(reply).access]).toEqual([200, []]);
  });

  it("denies a token without a registry scope, and does not know one with package scopes only", async () => {
    const denied = await ask(PULL, { headers: credential(API, "read_repository") });
    expect([denied.status, denied.json]).toEqual([
      403,
      { errors: [{ code: "DENIED", message: "access forbidden" }] },
    ]);
    const unknown = await ask(PULL, { headers: credential(API, "write_package_registry") });
    expect([unknown.status, unknown.json.errors[0].code]).toEqual([401, "UNAUTHORIZED"]);
  });

  it("answers 200 without credentials, with access only to what is public", async () => {
    expect(payload(await ask(PULL)).access).toEqual([]);
    gitlab.world.updateProject("platform/api", { visibility: "public" });
    expect(payload(await ask(PULL)).access).toHaveLength(1);
    expect(await statusOf(PULL, basic({ username: "x", token: "gldt-wrong" }))).toBe(401);
  });

  it("makes a container repository for whoever asks to push", async () => {
    const headers = credential(API, "read_registry", "write_registry");
    await ask(PULL, { headers });
    expect(gitlab.world.containerRepositories()).toEqual([]);
    expect(payload(await ask(`${PULL},push`, { headers })).access[0].actions).toEqual(["pull", "push"]);
    expect(gitlab.world.containerRepositories()).toEqual(["platform/api"]);
  });

  it("knows no other service", async () => {
    expect(await statusOf("GET /jwt/auth")).toBe(404);
  });
});

describe("the dependency proxy", () => {
  const pair = ["read_virtual_registry", "write_virtual_registry"];

  it("takes a group's token with both scopes only", async () => {
    expect(await statusOf(PROXY, credential(PLATFORM, ...pair))).toBe(200);
    expect(await statusOf(PROXY, credential(PLATFORM, "read_virtual_registry"))).toBe(403);
    expect(await statusOf(PROXY, credential(API, ...pair))).toBe(403);
    expect(await statusOf(PROXY, basic({ username: "x", token: "gldt-wrong" }))).toBe(401);
  });

  it("answers 404 where it is off", async () => {
    await gitlab.close();
    await start({ dependencyProxy: false });
    expect(await statusOf(PROXY, credential(PLATFORM, ...pair))).toBe(404);
  });
});

describe("packages", () => {
  it("shows its index to a token with a package scope, whatever its username", async () => {
    const { token } = gitlab.world.addDeployToken(API, { name: "n", scopes: ["write_package_registry"] });
    const reply = await ask(PACKAGES, { headers: basic({ username: "anyone", token }) });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await statusOf(PACKAGES, { "deploy-token": token })).toBe(200);
  });

  it("challenges a wrong value on a private project, and lets anyone into a public one", async () => {
    const headers = basic({ username: "x", token: "gldt-wrong" });
    const refused = await ask(PACKAGES, { headers });
    expect([refused.status, refused.json]).toEqual([401, { message: "401 Unauthorized" }]);
    expect(refused.headers.get("www-authenticate")).toBe('Basic realm="GitLab Packages Registry"');
    gitlab.world.updateProject("platform/api", { visibility: "public" });
    expect(await statusOf(PACKAGES, headers)).toBe(200);
    expect(await statusOf(PACKAGES)).toBe(200);
  });

  it("answers 403 without the scope, and 404 to another project's token", async () => {
    expect(await statusOf(PACKAGES, credential(API, "read_repository"))).toBe(403);
    expect(await statusOf(PACKAGES, credential(WEB, "read_package_registry"))).toBe(404);
  });

  it("of a group are for the group's own tokens", async () => {
    expect(await statusOf(GROUP_PACKAGES, credential(PLATFORM, "read_package_registry"))).toBe(200);
    expect(await statusOf(GROUP_PACKAGES, credential(API, "read_package_registry"))).toBe(404);
    expect(await statusOf(GROUP_PACKAGES)).toBe(401);
  });
});

describe("limits of logging in", () => {
  it("refuses a new token as often as the replica lags, wherever it logs in", async () => {
    gitlab.faults.replicaLag = { refusals: 3 };
    const admin = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
    const body = { name: "n", scopes: EVERYTHING, username: "u" };
    const { json } = await admin("POST /api/v4/projects/1/deploy_tokens", { body });
    const headers = basic(json);
    const statuses = [];
    for (const request of [GIT, PULL, PACKAGES, GIT, PULL, PACKAGES]) {
      statuses.push(await statusOf(request, headers));
    }
    expect(statuses).toEqual([401, 401, 401, 200, 200, 200]);
  });

  it("shuts the address out after too many failures in a row, git and registry counted together", async () => {
    await gitlab.close();
    await start({ failedLoginBan: 3 });
    const good = credential(API, ...EVERYTHING);
    const bad = basic({ username: "x", token: "gldt-wrong" });
    for (let round = 0; round < 2; round += 1) {
      for (const request of [GIT, PULL]) await ask(request, { headers: bad });
      expect(await statusOf(GIT, good)).toBe(200);
    }
    for (const request of [GIT, PULL, GIT]) await ask(request, { headers: bad });
    expect([await statusOf(PULL, good), await statusOf(GIT, good)]).toEqual([403, 403]);
    expect(await statusOf(PACKAGES, good)).toBe(200);
  });
});
