import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { conclude } from "../../src/gitlab/verification/conclude.ts";
import { encodePath } from "../../src/gitlab/verification/probe.ts";
import type { Duration } from "../../src/model/duration.ts";
import { VerificationError } from "../../src/model/errors.ts";
import type { GitLab, Verification } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Target } from "../../src/model/target.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { hastyClock } from "./gitlab-clock.ts";
import { aGitLab, failureFrom } from "./tiny-server.ts";

const API = "platform/api";
const EXPIRES = new Date("2099-02-21T02:55:47Z");

let simulator: GitLabSimulator;
let gitlab: GitLab;
let slept: readonly Duration[];
let pat: string;

beforeEach(async () => {
  simulator = await startGitLab();
  pat = simulator.world.addPersonalAccessToken().token;
  simulator.world.addGroup({ path: "platform" });
  const clock = hastyClock();
  slept = clock.slept;
  gitlab = aGitLab(simulator.url, { token: new Secret(pat), clock });
});

afterEach(() => simulator.close());

const addProject = (settings: Partial<Parameters<GitLabSimulator["world"]["addProject"]>[0]> = {}): void => {
  simulator.world.addProject({ path: API, ...settings });
};

interface Trial {
  readonly kind?: Target["kind"];
  readonly scopes: readonly string[];
  /** What GitLab is shown in place of the right value and username. */
  readonly value?: string;
  readonly username?: string;
}

/** Creates the token through the client, as a rotation does, and verifies it. */
const verify = async ({ kind = "project", scopes, value, username }: Trial): Promise<Verification> => {
  const target = await gitlab.resolve({ kind, idOrPath: kind === "project" ? API : "platform" });
  const request = { name: "pull", username: "pull", scopes, expiresAt: EXPIRES };
  const created = await gitlab.createToken(target, request, () => {});
  const credential = {
    username: username ?? created.token.username,
    value: value === undefined ? created.value : new Secret(value),
  };
  return gitlab.verifyToken(target, created.token, credential);
};

/** How GitLab shows the project when it is read as a place to try the token on. */
const showPlace = (settings: Record<string, unknown>): void => {
  const body = JSON.stringify({ id: 1, path_with_namespace: API, ...settings });
  simulator.faults.add({
    match: { method: "GET", path: /\/projects\/\d+$/ },
    respond: { status: 200, headers: { "content-type": "application/json" }, body },
  });
};

const routes = (): readonly string[] =>
  simulator.log
    .filter(({ headers }) => headers["authorization"] !== undefined)
    .map(({ route }) => route ?? "");

const recordReads = (): number =>
  simulator.log.filter(({ method, route }) => method === "GET" && /deploy_tokens\/:/.test(route ?? ""))
    .length;

const GIT = "/*path.git/info/refs";
const JWT = "/jwt/auth";
const PACKAGES = "/api/v4/projects/:id/packages/pypi/simple";

describe("a new token is tried where its scopes open doors", () => {
  test.each<[Trial, readonly string[], Verification]>([
    [{ scopes: ["read_repository"] }, [GIT], { verified: ["read_repository"], unverified: [] }],
    [{ scopes: ["read_registry"] }, [JWT], { verified: ["read_registry"], unverified: [] }],
    [
      { scopes: ["read_registry", "write_registry"] },
      [JWT],
      {
        verified: ["read_registry", "write_registry"],
        unverified: ["write_registry: logs in; a push was not tried, as it would leave a repository behind"],
      },
    ],
    [
      { scopes: ["write_registry"] },
      [JWT],
      {
        verified: [],
        unverified: [
          "write_registry: it logs in, and may not pull from project platform/api; writing was not tried",
        ],
      },
    ],
    [
      { scopes: ["read_package_registry"] },
      [PACKAGES],
      { verified: ["read_package_registry"], unverified: [] },
    ],
    [
      { scopes: ["write_package_registry"] },
      [PACKAGES],
      {
        verified: ["write_package_registry"],
        unverified: ["write_package_registry: logs in; only reading was tried"],
      },
    ],
    [
      { scopes: ["read_repository", "read_registry", "read_package_registry"] },
      [GIT, JWT, PACKAGES],
      { verified: ["read_repository", "read_registry", "read_package_registry"], unverified: [] },
    ],
    [
      { scopes: ["read_virtual_registry", "write_virtual_registry"] },
      [],
      {
        verified: [],
        unverified: [
          "read_virtual_registry: virtual registries take group tokens only",
          "write_virtual_registry: virtual registries take group tokens only",
        ],
      },
    ],
    [
      { kind: "group", scopes: ["read_virtual_registry", "write_virtual_registry"] },
      [JWT],
      {
        verified: ["read_virtual_registry", "write_virtual_registry"],
        unverified: ["write_virtual_registry: logs in; only that was tried"],
      },
    ],
    [
      { kind: "group", scopes: ["read_virtual_registry"] },
      [JWT],
      {
        verified: [],
        unverified: [
          "read_virtual_registry: the dependency proxy of group platform forbids access, which it also does when its feature is off or one scope of a pair is missing",
        ],
      },
    ],
    [
      { kind: "group", scopes: ["read_repository", "read_registry", "read_package_registry"] },
      [GIT, JWT, PACKAGES],
      { verified: ["read_repository", "read_registry", "read_package_registry"], unverified: [] },
    ],
  ])("%j", async (trial, tried, verification) => {
    addProject();
    expect(await verify(trial)).toEqual(verification);
    expect(routes()).toEqual(tried);
    expect(slept).toEqual([]);
  });

  test("under the name that a registry has for a path in capitals", async () => {
    simulator.world.addProject({ path: "platform/Api" });
    const target = await gitlab.resolve({ kind: "project", idOrPath: "platform/Api" });
    const scopes = ["read_registry"];
    const request = { name: "pull", username: "pull", scopes, expiresAt: EXPIRES };
    const { token, value } = await gitlab.createToken(target, request, () => {});
    const { verified } = await gitlab.verifyToken(target, token, { username: token.username, value });
    expect(verified).toEqual(scopes);
    expect(simulator.log.at(-1)?.path).toContain("repository%3Aplatform%2Fapi%3Apull");
  });

  test("at an address that no path can bend", () => {
    expect(encodePath("platform/a?b#c/%2e")).toBe("platform/a%3Fb%23c/%252e");
  });

  test("whatever a later GitLab makes of the settings of a project", async () => {
    addProject();
    showPlace({ visibility: 20, repository_access_level: null, packages_enabled: "yes" });
    expect((await verify({ scopes: ["read_repository"] })).verified).toEqual(["read_repository"]);
  });

  test("with that credential alone, and never asking to push", async () => {
    addProject();
    await verify({ scopes: ["read_repository", "read_registry", "write_registry", "read_package_registry"] });
    const tries = simulator.log.filter(({ headers }) => headers["authorization"] !== undefined);
    expect(tries).toHaveLength(3);
    for (const { method, headers, path } of tries) {
      expect(method).toBe("GET");
      expect(headers["private-token"]).toBeUndefined();
      expect(path).not.toContain("push");
    }
    expect(tries[0]?.headers["git-protocol"]).toBe("version=2");
  });
});

describe("a token that does not work is refused", () => {
  test.each([["read_repository"], ["read_registry"], ["read_package_registry"]])(
    "%s with a wrong value, after a few tries",
    async (scope) => {
      addProject();
      const error = await failureFrom(verify({ scopes: [scope], value: "gldt-wrongwrongwrongwrong" }));
      expect(error).toBeInstanceOf(VerificationError);
      expect(error.message).toContain("The new deploy token of project platform/api does not work: ");
      expect(error.message).toContain("set verify: off");
      expect(error.message).not.toContain("wrongwrong");
      expect(slept).toEqual([500, 1_000, 2_000, 4_000]);
      expect(routes()).toHaveLength(5);
    },
  );

  test.each([["read_repository"], ["read_registry"]])("%s with a wrong username", async (scope) => {
    addProject();
    expect(await failureFrom(verify({ scopes: [scope], username: "other" }))).toBeInstanceOf(
      VerificationError,
    );
  });

  test("although the package registry, which ignores the username, lets it in", async () => {
    addProject();
    const trial = { scopes: ["read_repository", "read_package_registry"], username: "other" };
    expect((await failureFrom(verify(trial))).message).toContain("git refuses it on project platform/api");
  });

  test("on public projects too", async () => {
    addProject({ visibility: "public" });
    const value = "gldt-wrongwrongwrongwrong";
    for (const scope of ["read_repository", "read_registry"])
      expect(await failureFrom(verify({ scopes: [scope], value }))).toBeInstanceOf(VerificationError);
  });

  test.each([
    {},
    { access: null },
    { access: [] },
    { access: [{ type: "repository", name: API, actions: ["push"] }] },
    { access: [{ type: "repository", name: "platform/web", actions: ["pull"] }] },
    { access: [{ type: "registry", name: API, actions: ["pull"] }] },
  ])("when it logs in to the registry and is granted no pull: %j", async (claims) => {
    addProject();
    const [header, payload] = ["{}", JSON.stringify(claims)].map((part) =>
      Buffer.from(part).toString("base64url"),
    );
    simulator.faults.add({
      match: { route: JWT },
      respond: {
        status: 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token: `${header}.${payload}.x` }),
      },
    });
    const error = await failureFrom(verify({ scopes: ["read_registry"] }));
    expect(error).toBeInstanceOf(VerificationError);
    expect(error.message).toContain("it logs in, and may not pull from project platform/api");
  });

  test("when GitLab has lost or changed it meanwhile", async () => {
    addProject({ visibility: "public" });
    const target = await gitlab.resolve({ kind: "project", idOrPath: API });
    const scopes = ["read_package_registry"];
    const request = { name: "pull", username: "pull", scopes, expiresAt: EXPIRES };
    const { token, value } = await gitlab.createToken(target, request, () => {});
    const credential = { username: token.username, value };
    expect(
      (await failureFrom(gitlab.verifyToken(target, token, { ...credential, username: "x" }))).message,
    ).toContain("shows it with another username");
    expect(
      (
        await failureFrom(
          gitlab.verifyToken(target, { ...token, scopes: ["write_package_registry"] }, credential),
        )
      ).message,
    ).toContain("shows it with other scopes");
    simulator.world.revokeDeployToken(token.id);
    expect((await failureFrom(gitlab.verifyToken(target, token, credential))).message).toContain(
      "as revoked",
    );
    simulator.world.deleteDeployToken(token.id);
    expect(await failureFrom(gitlab.verifyToken(target, token, credential))).toBeInstanceOf(
      VerificationError,
    );
  });
});

describe("a replica that does not know the token yet", () => {
  test("is given time", async () => {
    addProject();
    simulator.faults.replicaLag = { refusals: 3 };
    expect(await verify({ scopes: ["read_repository"] })).toEqual({
      verified: ["read_repository"],
      unverified: [],
    });
    expect(slept).toEqual([500, 1_000, 2_000]);
    // It has shown what it can do, so its record is not asked for.
    expect(recordReads()).toBe(0);
  });

  test("is given time to show its record", async () => {
    addProject({ repositoryEnabled: false });
    simulator.faults.add({
      match: { method: "GET", route: /deploy_tokens\/:/ },
      times: 2,
      respond: { status: 404, headers: {}, body: '{"message":"404 Not found"}' },
    });
    expect((await verify({ scopes: ["read_repository"] })).unverified).toHaveLength(1);
    expect(slept).toEqual([500, 1_000]);
  });
});

describe("what cannot be tried is said, and the record is read instead", () => {
  test.each<[string, Parameters<typeof addProject>[0], Trial, string]>([
    [
      "a public project's packages",
      { visibility: "public" },
      { scopes: ["read_package_registry"] },
      "read_package_registry: a public project answers anyone",
    ],
    [
      "a project without a repository",
      { repository: false },
      { scopes: ["read_repository"] },
      "read_repository: project platform/api has no repository",
    ],
    [
      "a repository that is switched off",
      { repositoryEnabled: false },
      { scopes: ["read_repository"] },
      "read_repository: project platform/api has its repository switched off",
    ],
    [
      "a registry that is switched off",
      { registryEnabled: false },
      { scopes: ["read_registry"] },
      "read_registry: project platform/api has its container registry switched off",
    ],
    [
      "a package registry that is switched off",
      { packagesEnabled: false },
      { scopes: ["read_package_registry"] },
      "read_package_registry: project platform/api has its package registry switched off",
    ],
  ])("%s", async (_, settings, trial, unverified) => {
    addProject(settings);
    expect(await verify(trial)).toEqual({ verified: [], unverified: [unverified] });
    expect(recordReads()).toBe(1);
    expect(slept).toEqual([]);
    // A door that is known to be shut is not knocked at: refusals count towards GitLab's ban.
    expect(simulator.log.filter(({ status }) => status === 401)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "a package registry that is public in a private project",
      { visibility: "private", package_registry_access_level: "public" },
      "a public project answers anyone",
    ],
    [
      "a project whose visibility is not shown",
      {},
      "project platform/api does not say whether it answers anyone",
    ],
    [
      "a package registry that an older GitLab shows as switched off",
      { visibility: "private", packages_enabled: false },
      "project platform/api has its package registry switched off",
    ],
  ])("%s", async (_, settings, why) => {
    addProject();
    showPlace(settings);
    expect(await verify({ scopes: ["read_package_registry"] })).toEqual({
      verified: [],
      unverified: [`read_package_registry: ${why}`],
    });
    expect(routes()).toEqual([]);
  });

  test("a scope that a later GitLab knows", () => {
    expect(conclude("project platform/api", ["read_moon"], [])).toEqual({
      verified: [],
      unverified: ["read_moon: no way to try it is known"],
    });
  });

  test.each([
    [JWT, "read_registry", "read_registry: the container registry of project platform/api is switched off"],
    [
      PACKAGES,
      "read_package_registry",
      "read_package_registry: the package registry of project platform/api answers 404, as it does when it is off",
    ],
  ])("%s that is not there", async (route, scope, unverified) => {
    addProject();
    simulator.faults.add({ match: { route }, respond: { status: 404, headers: {}, body: "" } });
    expect(await verify({ scopes: [scope] })).toEqual({ verified: [], unverified: [unverified] });
  });

  test("a group without projects", async () => {
    expect(await verify({ kind: "group", scopes: ["read_repository"] })).toEqual({
      verified: [],
      unverified: ["read_repository: group platform has no project to try it on"],
    });
    expect(recordReads()).toBe(1);
  });

  test("a door that stays shut although another one opened", async () => {
    addProject();
    simulator.faults.add({
      match: { route: GIT },
      times: 5,
      respond: { status: 401, headers: {}, body: "HTTP Basic: Access denied." },
    });
    expect(await verify({ scopes: ["read_repository", "read_registry"] })).toEqual({
      verified: ["read_registry"],
      unverified: [
        "read_repository: git refuses it on project platform/api, although it logs in elsewhere: is the feature switched off?",
      ],
    });
  });

  test.each([
    [GIT, "read_repository", "You are not allowed to download code from this project."],
    [JWT, "read_registry", '{"errors":[{"code":"DENIED","message":"access forbidden"}]}'],
    [PACKAGES, "read_package_registry", '{"message":"403 Forbidden"}'],
  ])("%s forbidding access", async (route, scope, body) => {
    addProject();
    simulator.faults.add({ match: { route }, respond: { status: 403, headers: {}, body } });
    const { verified, unverified } = await verify({ scopes: [scope] });
    expect(verified).toEqual([]);
    expect(unverified).toHaveLength(1);
    expect(recordReads()).toBe(1);
  });
});

describe("a group's token is tried on a project below it", () => {
  test("at any depth, past those that cannot tell", async () => {
    simulator.world.addProject({ path: "platform/empty", repository: false });
    simulator.world.addProject({ path: "platform/off", repositoryEnabled: false });
    simulator.world.addProject({ path: "platform/infra/deep/terraform" });
    expect(await verify({ kind: "group", scopes: ["read_repository"] })).toEqual({
      verified: ["read_repository"],
      unverified: [],
    });
    expect(simulator.log.filter(({ route }) => route === GIT).map(({ path }) => path)).toEqual([
      "/platform/empty.git/info/refs?service=git-upload-pack",
      "/platform/infra/deep/terraform.git/info/refs?service=git-upload-pack",
    ]);
  });

  test.each([
    ["lets it in", undefined, 1],
    ["refuses it", "gldt-wrongwrongwrongwrong", 5],
  ])("and on no other once one %s", async (_, value, tries) => {
    simulator.world.addProject({ path: "platform/a" });
    simulator.world.addProject({ path: "platform/b" });
    const trial = {
      kind: "group",
      scopes: ["read_repository"],
      ...(value !== undefined && { value }),
    } as const;
    await verify(trial).catch(() => undefined);
    const paths = simulator.log.filter(({ route }) => route === GIT).map(({ path }) => path);
    expect(paths).toEqual(
      Array.from({ length: tries }, () => "/platform/a.git/info/refs?service=git-upload-pack"),
    );
  });

  test("and on no more than five", async () => {
    for (let count = 0; count < 8; count += 1)
      simulator.world.addProject({ path: `platform/p${count}`, repositoryEnabled: false });
    const { unverified } = await verify({ kind: "group", scopes: ["read_repository"] });
    expect(unverified).toEqual(["read_repository: project platform/p4 has its repository switched off"]);
    expect(simulator.log.filter(({ route }) => route === "/api/v4/projects/:id")).toHaveLength(5);
  });
});

describe("what is prepared before the token is there", () => {
  const request = { name: "pull", username: "pull", scopes: ["read_registry"], expiresAt: EXPIRES };
  const reads = (): number => simulator.log.filter(({ route }) => route === "/api/v4/projects/:id").length;

  test("need not be read again", async () => {
    addProject();
    const target = await gitlab.resolve({ kind: "project", idOrPath: API });
    const before = reads();
    const verifier = gitlab.prepareVerification?.(target) ?? gitlab;
    while (reads() === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const { token, value } = await gitlab.createToken(target, request, () => {});
    const { username } = token;
    expect(await verifier.verifyToken(target, token, { username, value })).toEqual({
      verified: ["read_registry"],
      unverified: [],
    });
    expect(reads()).toBe(before + 1);
  });

  test("fails with the verification where it cannot be read, and not before", async () => {
    addProject();
    const target = await gitlab.resolve({ kind: "project", idOrPath: API });
    const { token, value } = await gitlab.createToken(target, request, () => {});
    const gone = { ...target, id: 4711 };
    const verifier = gitlab.prepareVerification?.(gone) ?? gitlab;
    const before = reads();
    while (reads() === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const error = await failureFrom(verifier.verifyToken(gone, token, { username: token.username, value }));
    expect(error).toMatchObject({ code: "ERR_GITLAB_NOT_FOUND" });
  });
});

describe("nobody can tell", () => {
  test.each([
    [
      "GitLab is down",
      GIT,
      "read_repository",
      { status: 502, headers: {}, body: "<html>" },
      "ERR_GITLAB_UNAVAILABLE",
    ],
    [
      "our address is banned",
      GIT,
      "read_repository",
      { status: 403, headers: {}, body: "Forbidden\n" },
      "ERR_GITLAB_FORBIDDEN",
    ],
    [
      "our address is banned, and nothing is said of it",
      GIT,
      "read_repository",
      { status: 403, headers: {}, body: "" },
      "ERR_GITLAB_FORBIDDEN",
    ],
    [
      "our address is banned from the registry",
      JWT,
      "read_registry",
      { status: 403, headers: {}, body: "Forbidden\n" },
      "ERR_GITLAB_FORBIDDEN",
    ],
    [
      "a login page answers for git",
      GIT,
      "read_repository",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
      "ERR_GITLAB_RESPONSE_INVALID",
    ],
    [
      "a login page answers for the registry",
      JWT,
      "read_registry",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
      "ERR_GITLAB_RESPONSE_INVALID",
    ],
    [
      "it leads elsewhere",
      GIT,
      "read_repository",
      { status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" },
      "ERR_GITLAB_RESPONSE_INVALID",
    ],
  ])("when %s", async (_, route, scope, respond, code) => {
    addProject();
    simulator.faults.add({ match: { route }, times: 5, respond });
    expect(await failureFrom(verify({ scopes: [scope] }))).toMatchObject({ name: "GitLabError", code });
  });

  test.each([
    [GIT, "read_repository"],
    [JWT, "read_registry"],
    [PACKAGES, "read_package_registry"],
  ])("when %s takes the request for wrong", async (route, scope) => {
    addProject();
    simulator.faults.add({ match: { route }, respond: { status: 400, headers: {}, body: "" } });
    const error = await failureFrom(verify({ scopes: [scope] }));
    expect(error).toMatchObject({ name: "GitLabError", code: "ERR_GITLAB_INVALID" });
  });

  test("when the project cannot be read", async () => {
    addProject();
    simulator.faults.add({
      match: { method: "GET", path: /\/projects\/\d+$/ },
      respond: { status: 404, headers: {}, body: '{"message":"404 Project Not Found"}' },
    });
    const error = await failureFrom(verify({ scopes: ["read_repository"] }));
    expect(error).toMatchObject({ name: "GitLabError", code: "ERR_GITLAB_NOT_FOUND" });
  });

  test("when a login page answers for the dependency proxy", async () => {
    const headers = { "content-type": "text/html" };
    simulator.faults.add({ match: { route: JWT }, respond: { status: 200, headers, body: "<html>" } });
    const scopes = ["read_virtual_registry", "write_virtual_registry"];
    const error = await failureFrom(verify({ kind: "group", scopes }));
    expect(error).toMatchObject({ name: "GitLabError", code: "ERR_GITLAB_RESPONSE_INVALID" });
  });

  test("yet a moment's trouble is waited out", async () => {
    addProject();
    simulator.faults.add({ match: { route: GIT }, times: 2, before: "reset" });
    expect((await verify({ scopes: ["read_repository"] })).verified).toEqual(["read_repository"]);
  });
});
