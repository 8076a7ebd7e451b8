import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Ask, asking } from "./ask.ts";
import { type GitLabSimulator, startGitLab } from "./simulator.ts";

const NOW = new Date("2026-11-24T09:30:00Z");
const LIST = "GET /api/v4/projects/1/deploy_tokens";
const GOOD = { name: "registry-pull", scopes: ["read_registry"] };

let gitlab: GitLabSimulator;
let ask: Ask;

beforeEach(async () => {
  gitlab = await startGitLab({ clock: { now: () => NOW } });
  gitlab.world.addProject({ path: "platform/api" });
  ask = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
});

afterEach(() => gitlab.close());

describe("expiry", () => {
  const target = { kind: "project", path: "platform/api" } as const;
  const listed = async (query: string, expiresAt: Date) => {
    gitlab.world.addDeployToken(target, { ...GOOD, expiresAt });
    return (await ask(`${LIST}?${query}`)).json.map(({ expired }: { expired: boolean }) => expired);
  };
  const after = (ms: number): Date => new Date(NOW.getTime() + ms);

  test.each([
    ["lives at the instant itself", 0, [false]],
    ["is dead one millisecond later", -1, []],
  ])("a token %s, by active=true", async (_, ms, expected) => {
    expect(await listed("active=true", after(ms))).toEqual(expected);
  });

  test.each([
    ["2026-11-24T00:00:00.000Z", [false]],
    ["2026-11-23T23:59:59.999Z", [true]],
  ])("shows a token of %s as expired %j: by the day, though both are dead", async (time, expected) => {
    expect(await listed("", new Date(time))).toEqual(expected);
  });

  it("lists revoked and expired tokens unless active=true", async () => {
    gitlab.world.addDeployToken(target, { ...GOOD, expiresAt: new Date(0) });
    gitlab.world.revokeDeployToken(gitlab.world.addDeployToken(target, GOOD).id);
    expect((await ask(LIST)).json.map(({ revoked }: { revoked: boolean }) => revoked)).toEqual([false, true]);
    expect((await ask(`${LIST}?active=false`)).json).toHaveLength(2);
    expect((await ask(`${LIST}?active=true`)).json).toEqual([]);
    expect((await ask(`${LIST}?active=maybe`)).json).toEqual({ error: "active is invalid" });
  });
});
