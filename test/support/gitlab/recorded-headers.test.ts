import { afterEach, beforeEach, expect, test } from "vitest";
import { type Ask, asking } from "./ask.ts";
import { type GitLabSimulator, startGitLab } from "./simulator.ts";

const OF_THE_CONNECTION = ["connection", "content-length", "keep-alive"];
const ALWAYS = ["cache-control", "date", "vary", "x-gitlab-meta"];
const PAGING = ["link", "x-next-page", "x-page", "x-per-page", "x-prev-page", "x-total", "x-total-pages"];
const FRESH = "max-age=0, private, must-revalidate";

let gitlab: GitLabSimulator;
let ask: Ask;

beforeEach(async () => {
  gitlab = await startGitLab();
  gitlab.world.addProject({ path: "platform/api" });
  ask = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
  await ask("POST /api/v4/projects/1/deploy_tokens", { body: { name: "n", scopes: ["read_registry"] } });
});

afterEach(() => gitlab.close());

test.each([
  ["GET /api/v4/projects/1/deploy_tokens", FRESH, ["content-type", "etag", ...PAGING]],
  ["GET /api/v4/projects/1/deploy_tokens/1", FRESH, ["content-type", "etag"]],
  ["GET /api/v4/metadata", FRESH, ["content-type", "etag"]],
  ["DELETE /api/v4/projects/1/deploy_tokens/1", "no-cache", []],
  ["GET /api/v4/groups/none", "no-cache", ["content-type"]],
])("%s carries the headers that GitLab was recorded with", async (request, caching, more) => {
  const { headers } = await ask(request);
  const names = [...headers.keys()].filter((name) => !OF_THE_CONNECTION.includes(name));
  expect(names.toSorted()).toEqual([...ALWAYS, ...more].toSorted());
  expect(headers.get("cache-control")).toBe(caching);
  if (more.includes("content-type")) expect(headers.get("content-type")).toBe("application/json");
});

test("a revoked token's 401 says so in WWW-Authenticate", async () => {
  const { token } = gitlab.world.addPersonalAccessToken({ revoked: true });
  const { headers } = await asking(gitlab, token)("GET /api/v4/personal_access_tokens/self");
  expect(headers.get("www-authenticate")).toBe(
    'Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="Token was revoked. You have to re-authorize from the user."',
  );
});

test.each([
  ["17.11.7-ee", false],
  ["19.1.1-ee", true],
])("%s shows the keys of its own time", async (version, recent) => {
  await gitlab.close();
  gitlab = await startGitLab({ version });
  gitlab.world.addProject({ path: "platform/api" });
  ask = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
  const keys = async (request: string) => Object.keys((await ask(request)).json);
  expect((await keys("GET /api/v4/personal_access_tokens/self")).includes("granular")).toBe(recent);
  expect((await keys("GET /api/v4/groups/1")).includes("marked_for_deletion_on")).toBe(recent);
  expect((await keys("GET /api/v4/projects/1")).includes("package_registry_access_level")).toBe(recent);
});
