import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import type { Target } from "../../src/model/target.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type HastyClock, hastyClock } from "./gitlab-clock.ts";
import { aGitLab, aRequest, failureFrom, T0 } from "./tiny-server.ts";

const open = (): void => {};

let simulator: GitLabSimulator;
let clock: HastyClock;

beforeEach(async () => {
  simulator = await startGitLab({ clock: { now: () => T0 }, relativeRoot: "/gitlab" });
  simulator.world.addProject({ path: "platform/infra/api" });
  clock = hastyClock(() => T0);
});

afterEach(() => simulator.close());

const aClient = (pat: Parameters<GitLabSimulator["world"]["addPersonalAccessToken"]>[0] = {}) =>
  aGitLab(simulator.url, {
    clock,
    token: new Secret(simulator.world.addPersonalAccessToken(pat).token),
  });

const project = { kind: "project", idOrPath: "platform/infra/api" } as const;
const group = { kind: "group", idOrPath: "platform/infra" } as const;

describe("GitLab", () => {
  test.each([project, group])("creates, lists, shows and deletes the token of a $kind", async (reference) => {
    const gitlab = aClient();
    const target = await gitlab.resolve(reference);
    const { token, value, answeredAt } = await gitlab.createToken(target, aRequest, open);
    expect(token).toMatchObject({ ...aRequest, revoked: false });
    expect(simulator.world.findDeployToken(token.id)?.token).toBe(value.reveal());
    expect(answeredAt).toEqual(T0);
    expect((await gitlab.listTokens(target)).tokens).toEqual([token]);
    expect(await gitlab.getToken(target, token.id)).toEqual(token);
    await gitlab.deleteToken(target, token.id, open);
    await gitlab.deleteToken(target, token.id, open);
    expect(await gitlab.getToken(target, token.id)).toBeUndefined();
  });

  test("lists many tokens to the last page, although Link names another host", async () => {
    for (let count = 0; count < 250; count += 1)
      simulator.world.addDeployToken(
        { kind: "project", path: project.idOrPath },
        { name: `t${count}`, scopes: ["read_registry"] },
      );
    const gitlab = aClient();
    const { tokens, clockSkew } = await gitlab.listTokens(await gitlab.resolve(project));
    expect(tokens.map(({ name }) => name)).toEqual(Array.from({ length: 250 }, (_, count) => `t${count}`));
    expect(Math.abs(clockSkew ?? Number.NaN)).toBeLessThan(1_000);
  });

  test("finds the projects below a group at every depth, neither archived nor shared ones", async () => {
    simulator.world.addProject({ path: "platform/web" });
    simulator.world.addProject({ path: "platform/old", archived: true });
    simulator.world.addProject({ path: "other/shared" });
    simulator.world.shareProject("other/shared", "platform");
    const gitlab = aClient();
    const found: Target[] = [];
    for await (const each of gitlab.projectsBelow(
      await gitlab.resolve({ kind: "group", idOrPath: "platform" }),
    ))
      found.push(each);
    expect(found.map(({ path }) => path)).toEqual(["platform/infra/api", "platform/web"]);
  });

  test("says of a project that moved where it is to be found", async () => {
    const gitlab = aClient();
    const target = await gitlab.resolve(project);
    simulator.world.moveProject("platform/infra/api", "platform/moved");
    expect((await failureFrom(gitlab.resolve(project))).message).toBe(
      `The project platform/infra/api has moved: use its new path or its id, ${target.id}.`,
    );
    expect(await gitlab.resolve({ kind: "project", idOrPath: target.id })).toMatchObject({
      path: "platform/moved",
    });
    expect((await gitlab.listTokens(target)).tokens).toEqual([]);
  });

  test("shows how far the clocks are apart", async () => {
    simulator.faults.clockOffsetMs = 3_600_000;
    const gitlab = aClient();
    const { clockSkew } = await gitlab.listTokens(await gitlab.resolve(project));
    expect(Math.round((clockSkew ?? 0) / 1_000)).toBe(-3_600);
  });
});

describe("an access token that is not good enough", () => {
  test.each([
    [
      "a developer",
      { roles: { platform: 30 } },
      "ERR_GITLAB_FORBIDDEN",
      "needs the role Maintainer in the project",
    ],
    ["a stranger", { roles: {} }, "ERR_GITLAB_NOT_FOUND", "cannot see it"],
    ["read_api only", { scopes: ["read_api"] }, "ERR_GITLAB_FORBIDDEN", "create one with the scope api"],
    ["expired", { expiresAt: "2026-11-01" }, "ERR_GITLAB_UNAUTHORIZED", "The access token has expired"],
    ["revoked", { revoked: true }, "ERR_GITLAB_UNAUTHORIZED", "The access token was revoked"],
  ])("is told so: %s", async (_, pat, code, advice) => {
    const target = await aClient().resolve(project);
    const error = await failureFrom(aClient(pat).createToken(target, aRequest, open));
    expect(error).toMatchObject({ code, outcome: "refused" });
    expect(error.message).toContain(advice);
    expect(simulator.world.createdHistory).toEqual([]);
  });

  test("lists a group's tokens as its maintainer, and cannot create one", async () => {
    const gitlab = aClient({ roles: { platform: 40 } });
    const target = await gitlab.resolve(group);
    expect((await gitlab.listTokens(target)).tokens).toEqual([]);
    const error = await failureFrom(gitlab.createToken(target, aRequest, open));
    expect(error.message).toContain("needs the role Owner in the group platform/infra.");
  });
});

describe("a creation whose answer is lost", () => {
  test.each(["reset", "truncate"] as const)("(%s) is committed once and told as unknown", async (after) => {
    const gitlab = aClient();
    const target = await gitlab.resolve(project);
    simulator.faults.add({ match: { method: "POST" }, after });
    const error = await failureFrom(gitlab.createToken(target, aRequest, open));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(simulator.world.createdHistory).toHaveLength(1);
    for (const secret of simulator.issuedSecrets())
      expect(JSON.stringify(error) + error.message + error.stack).not.toContain(secret);
  });
});
