import { describe, expect, test } from "vitest";
import type { Target } from "../../src/model/target.ts";
import { aGitLab, failureFrom, inTurn, json, PLATFORM, tinyServer } from "./tiny-server.ts";

describe("resolve", () => {
  test("encodes a path as one segment", async () => {
    const server = await tinyServer(json(200, { id: 42, path_with_namespace: "Platform/infra/api.v2" }));
    const target = await aGitLab(server.url).resolve({ kind: "project", idOrPath: "platform/infra/api.v2" });
    expect(target).toEqual({ kind: "project", id: 42, path: "Platform/infra/api.v2" });
    expect(server.received[0]?.url).toBe("/api/v4/projects/platform%2Finfra%2Fapi.v2");
  });

  test("leaves a group's projects out of the answer", async () => {
    const server = await tinyServer(json(200, { id: 7, full_path: "platform/infra" }));
    const target = await aGitLab(server.url).resolve({ kind: "group", idOrPath: "platform/infra" });
    expect(target).toEqual({ kind: "group", id: 7, path: "platform/infra" });
    expect(server.received[0]?.url).toBe("/api/v4/groups/platform%2Finfra?with_projects=false");
  });

  test("takes an id, and no other for it", async () => {
    const server = await tinyServer(json(200, { id: 42, path_with_namespace: "platform/api" }));
    const gitlab = aGitLab(server.url);
    expect(await gitlab.resolve({ kind: "project", idOrPath: 42 })).toMatchObject({ path: "platform/api" });
    expect(await failureFrom(gitlab.resolve({ kind: "project", idOrPath: 43 }))).toMatchObject({
      code: "ERR_GITLAB_RESPONSE_INVALID",
    });
  });

  test.each([
    {},
    { id: 42 },
    { id: -1, path_with_namespace: "a/b" },
    { id: 42, path_with_namespace: "" },
    [],
    null,
  ])("refuses an answer that is no project: %j", async (body) => {
    const server = await tinyServer(json(200, body));
    expect(
      await failureFrom(aGitLab(server.url).resolve({ kind: "project", idOrPath: "a/b" })),
    ).toMatchObject({
      code: "ERR_GITLAB_RESPONSE_INVALID",
    });
  });

  test.each([{}, { id: 7, full_path: "" }, { id: 7, path_with_namespace: "a/b" }])(
    "refuses an answer that is no group: %j",
    async (body) => {
      const server = await tinyServer(json(200, body));
      const error = await failureFrom(aGitLab(server.url).resolve({ kind: "group", idOrPath: "a" }));
      expect(error).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID" });
    },
  );

  test.each([
    ["project", "404 Project Not Found"],
    ["group", "404 Group Not Found"],
  ] as const)("says that a %s is hidden or gone", async (kind, message) => {
    const server = await tinyServer(json(404, { message }));
    const error = await failureFrom(aGitLab(server.url).resolve({ kind, idOrPath: "a/b" }));
    expect(error).toMatchObject({ code: "ERR_GITLAB_NOT_FOUND", status: 404 });
    expect(error.message).toContain(`The ${kind} a/b does not exist, or`);
  });

  test("does not call a project moved because a login page is elsewhere", async () => {
    const server = await tinyServer((_, response) =>
      response.writeHead(302, { Location: "https://sso.example.com/login?client=42" }).end(),
    );
    const error = await failureFrom(aGitLab(server.url).resolve({ kind: "project", idOrPath: "a/b" }));
    expect(error).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID", outcome: "unknown" });
    expect(error.message).toContain("is gitlab.url GitLab's own address?");
  });
});

describe("projectsBelow", () => {
  const project = (id: number) => ({ id, path_with_namespace: `platform/p${id}` });
  const collect = async (projects: AsyncIterable<Target>): Promise<readonly number[]> => {
    const ids: number[] = [];
    for await (const { id } of projects) ids.push(id);
    return ids;
  };

  test("asks for every depth, unarchived, not shared, in an order that holds still", async () => {
    const server = await tinyServer(
      inTurn(
        json(200, [project(3), project(5)], { "X-Next-Page": "2" }),
        json(200, [project(5), project(9)], { "X-Next-Page": "" }),
      ),
    );
    expect(await collect(aGitLab(server.url).projectsBelow(PLATFORM))).toEqual([3, 5, 9]);
    const { pathname, searchParams } = new URL(server.received[1]!.url, server.url);
    expect(pathname).toBe("/api/v4/groups/7/projects");
    expect(Object.fromEntries(searchParams)).toEqual({
      include_subgroups: "true",
      with_shared: "false",
      archived: "false",
      order_by: "id",
      sort: "asc",
      simple: "true",
      page: "2",
      per_page: "100",
    });
  });

  test("reads no further than it is asked", async () => {
    const server = await tinyServer(json(200, [project(3)], { "X-Next-Page": "2" }));
    for await (const { id } of aGitLab(server.url).projectsBelow(PLATFORM)) {
      expect(id).toBe(3);
      break;
    }
    expect(server.received).toHaveLength(1);
  });

  test("throws when the group is gone", async () => {
    const server = await tinyServer(json(404, { message: "404 Group Not Found" }));
    expect(await failureFrom(collect(aGitLab(server.url).projectsBelow(PLATFORM)))).toMatchObject({
      code: "ERR_GITLAB_NOT_FOUND",
    });
  });
});
