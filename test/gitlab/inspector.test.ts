import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import type { Target } from "../../src/model/target.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { aGitLab } from "./tiny-server.ts";

let gitlab: GitLabSimulator | undefined;
afterEach(() => gitlab?.close());

const world = async (token: Parameters<GitLabSimulator["world"]["addPersonalAccessToken"]>[0] = {}) => {
  gitlab = await startGitLab();
  gitlab.world.addGroup({ path: "platform" });
  gitlab.world.addGroup({ path: "platform/infra" });
  gitlab.world.addGroup({ path: "platform/infra/deep" });
  gitlab.world.addProject({ path: "platform/api" });
  const pat = gitlab.world.addPersonalAccessToken(token);
  return { client: aGitLab(gitlab.url, { token: new Secret(pat.token) }), world: gitlab.world };
};
const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

describe("what is asked of GitLab about itself and about us", () => {
  test("our access token's expiry is the midnight UTC with which its last day is over", async () => {
    const { client } = await world({ expiresAt: "2999-03-01", scopes: ["read_api"] });
    expect(await client.ownAccessToken()).toMatchObject({
      scopes: ["read_api"],
      active: true,
      expiresAt: new Date("2999-03-01T00:00:00Z"),
    });
  });

  test("an access token without an expiry has none", async () => {
    const { client } = await world();
    expect((await client.ownAccessToken()).expiresAt).toBeUndefined();
  });

  test("its version comes with how far our clock is from its own", async () => {
    const { client } = await world();
    const { version, clockSkew } = await client.version();
    expect(version).toBe("19.1.1-ee");
    expect(Number.isFinite(clockSkew)).toBe(true);
  });

  test("every group below a group is listed, at any depth", async () => {
    const { client } = await world();
    const group = await client.resolve({ kind: "group", idOrPath: "platform" });
    expect((await collect(client.groupsBelow(group))).map(({ path }) => path).sort()).toEqual([
      "platform/infra",
      "platform/infra/deep",
    ]);
  });

  test.each<[string, object, number | undefined]>([
    ["inherited", { roles: { platform: 40 } }, 40],
    ["of a member of it alone", { roles: { platform: 10, "platform/api": 50 } }, 50],
    ["of an administrator who is no member", { admin: true }, undefined],
  ])("the access level %s", async (_, token, level) => {
    const { client } = await world(token);
    const target: Target = await client.resolve({ kind: "project", idOrPath: "platform/api" });
    expect(await client.accessLevel(target)).toBe(level);
  });
});
