import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Ask, asking } from "./ask.ts";
import { type GitLabSimulator, type GitLabSimulatorOptions, startGitLab } from "./simulator.ts";

const TARGET = { kind: "project", path: "platform/api" } as const;
const PAGING = ["x-page", "x-per-page", "x-prev-page", "x-next-page", "x-total", "x-total-pages"] as const;

let gitlab: GitLabSimulator;
let ask: Ask;

const start = async (options: GitLabSimulatorOptions = {}): Promise<void> => {
  gitlab = await startGitLab(options);
  gitlab.world.addProject({ path: "platform/api" });
  ask = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
};

const addTokens = (count: number): void => {
  for (let index = 0; index < count; index += 1) {
    gitlab.world.addDeployToken(TARGET, { name: `t${index}`, scopes: ["read_registry"] });
  }
};

beforeEach(() => start());
afterEach(() => gitlab.close());

const page = async (query: string, path = "projects/platform%2Fapi") => {
  const { json, headers } = await ask(`GET /api/v4/${path}/deploy_tokens?${query}`);
  const ids: number[] = json.map(({ id }: { id: number }) => id);
  return { ids, headers, paging: PAGING.map((name) => headers.get(name)) };
};

const relations = (headers: Headers): Record<string, URL> =>
  Object.fromEntries(
    [...(headers.get("link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(
      ([, url = "", relation = ""]) => [relation, new URL(url)],
    ),
  );

describe("a page", () => {
  test.each([
    ["", [1, 20], ["1", "20", "", "2", "45", "3"], ["next", "first", "last"]],
    ["page=2", [21, 40], ["2", "20", "1", "3", "45", "3"], ["prev", "next", "first", "last"]],
    ["page=3", [41, 45], ["3", "20", "2", "", "45", "3"], ["prev", "first", "last"]],
    ["page=9", [], ["9", "20", "", "", "45", "3"], ["first", "last"]],
    ["per_page=45", [1, 45], ["1", "45", "", "", "45", "1"], ["first", "last"]],
    ["pagination=keyset&per_page=40", [1, 40], ["1", "40", "", "2", "45", "2"], ["next", "first", "last"]],
  ])("of 45 tokens, asked with %j, carries GitLab's headers", async (query, bounds, headers, links) => {
    addTokens(45);
    const found = await page(query);
    expect([found.ids[0], found.ids.at(-1)].filter(Boolean)).toEqual(bounds);
    expect(found.paging).toEqual(headers);
    expect(Object.keys(relations(found.headers))).toEqual(links);
  });

  it("of nothing still counts as one page", async () => {
    expect((await page("")).paging).toEqual(["1", "20", "", "", "0", "1"]);
  });

  it("holds 100 at most", async () => {
    addTokens(101);
    const found = await page("per_page=500");
    expect(found.ids).toHaveLength(100);
    expect(found.headers.get("x-per-page")).toBe("100");
  });

  test.each([
    ["per_page=0", "per_page has a value not allowed"],
    ["per_page=many", "per_page is invalid"],
    ["page=first", "page is invalid"],
  ])("asked with %s is refused with 400", async (query, words) => {
    const { status, json } = await ask(`GET /api/v4/projects/1/deploy_tokens?${query}`);
    expect([status, json]).toEqual([400, { error: words }]);
  });

  it("links to the configured host, with the path's own parameters in the query", async () => {
    addTokens(21);
    const { next } = relations((await page("active=true")).headers);
    expect(next?.href).toBe(
      "https://gitlab.example.com/api/v4/projects/platform%2Fapi/deploy_tokens?active=true&id=platform%2Fapi&page=2&per_page=20",
    );
    expect(next?.origin).not.toBe(new URL(gitlab.url).origin);
  });

  it("of very many rows carries no totals", async () => {
    await gitlab.close();
    await start({ countedRows: 30 });
    addTokens(31);
    const { paging, headers } = await page("");
    expect(paging).toEqual(["1", "20", "", "2", null, null]);
    expect(Object.keys(relations(headers))).toEqual(["next", "first"]);
  });
});

describe("a group's projects", () => {
  beforeEach(() => {
    gitlab.world.addProject({ path: "platform/infra/terraform" });
    gitlab.world.addProject({ path: "platform/old", archived: true });
    gitlab.world.addProject({ path: "data/warehouse" });
    gitlab.world.addProject({ path: "platform-two/decoy" });
    gitlab.world.shareProject("data/warehouse", "platform");
  });

  const paths = async (query: string, asker = ask): Promise<string[]> => {
    const { json } = await asker(`GET /api/v4/groups/platform/projects?${query}`);
    return json.map(({ path_with_namespace: path }: { path_with_namespace: string }) => path);
  };

  test.each([
    ["order_by=id&sort=asc", ["platform/api", "platform/old", "data/warehouse"]],
    ["order_by=id", ["data/warehouse", "platform/old", "platform/api"]],
    ["with_shared=false&order_by=name&sort=desc", ["platform/old", "platform/api"]],
    ["with_shared=false&archived=false", ["platform/api"]],
    [
      "with_shared=false&include_subgroups=true&archived=false&order_by=id&sort=asc&simple=true&per_page=100",
      ["platform/api", "platform/infra/terraform"],
    ],
  ])("asked with %s", async (query, expected) => {
    expect(await paths(query)).toEqual(expected);
  });

  it("are those that the caller sees, and has the role for", async () => {
    const roles = { "platform/api": 40, "platform/infra/terraform": 30 };
    const member = asking(gitlab, gitlab.world.addPersonalAccessToken({ roles }).token);
    const query = "include_subgroups=true&order_by=id&sort=asc";
    expect(await paths(query, member)).toEqual(["platform/api", "platform/infra/terraform"]);
    expect(await paths(`${query}&min_access_level=40`, member)).toEqual(["platform/api"]);
  });

  it("leave `archived` out of the simple form", async () => {
    const { json } = await ask("GET /api/v4/groups/platform/projects?simple=true");
    expect(json[0]).not.toHaveProperty("archived");
    expect(json[0]).toHaveProperty("path_with_namespace");
  });

  it("refuse an unknown order", async () => {
    const { status, json } = await ask("GET /api/v4/groups/platform/projects?order_by=mood");
    expect([status, json]).toEqual([400, { error: "order_by does not have a valid value" }]);
  });
});

describe("a moved project", () => {
  beforeEach(() => gitlab.world.moveProject("platform/api", "data/api"));

  it("redirects GETs of its old path to its id, on the host that was asked", async () => {
    const { status, headers } = await ask("GET /api/v4/projects/platform%2Fapi/deploy_tokens?page=2");
    expect(status).toBe(301);
    expect(headers.get("location")).toBe(`${gitlab.url}/api/v4/projects/1/deploy_tokens?page=2`);
  });

  it("refuses to be written to under its old path", async () => {
    const body = { name: "n", scopes: ["read_registry"] };
    const answer = { message: "Non GET methods are not allowed for moved projects" };
    const post = await ask("POST /api/v4/projects/platform%2Fapi/deploy_tokens", { body });
    expect([post.status, post.json]).toEqual([405, answer]);
    expect((await ask("DELETE /api/v4/projects/platform%2Fapi/deploy_tokens/1")).status).toBe(405);
  });

  it("is found by its id and its new path", async () => {
    for (const id of ["1", "data%2Fapi"]) {
      expect((await ask(`GET /api/v4/projects/${id}`)).json.path_with_namespace).toBe("data/api");
    }
  });

  it("gives its old path up to a project that takes it", async () => {
    gitlab.world.addProject({ path: "platform/api" });
    expect((await ask("GET /api/v4/projects/platform%2Fapi")).json.id).toBe(2);
    gitlab.world.removeProject("platform/api");
    expect((await ask("GET /api/v4/projects/platform%2Fapi")).status).toBe(404);
  });

  it("is hidden from those who may not see it", async () => {
    const stranger = asking(gitlab, gitlab.world.addPersonalAccessToken({ roles: {} }).token);
    expect((await stranger("GET /api/v4/projects/platform%2Fapi")).status).toBe(404);
  });
});

test("a path is found whatever its case, without a redirect", async () => {
  const { status, json } = await ask("GET /api/v4/projects/Platform%2FAPI");
  expect([status, json.path_with_namespace]).toEqual([200, "platform/api"]);
  expect((await ask("GET /api/v4/groups/PLATFORM")).json.full_path).toBe("platform");
});
