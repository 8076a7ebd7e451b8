import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliWorld, type Manner, type Said, startCliWorld } from "./fuzz/cli-world.ts";
import { runProgram } from "./support/program.ts";

const DAY = 86_400_000;
const HEAD = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
limits: { gitlab_requests_per_second: 1000 }
`;
const API = { kind: "project", path: "platform/api" } as const;
const POLICY = `${HEAD}projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
const GROUP = `${HEAD}groups:
  - path: platform
    projects:
      exclude: ["platform/sandbox/**"]
      tokens: [{ match: "ci-*" }]
`;
const EMPTY = `${HEAD}projects: [{ path: platform/web, tokens: [{ match: "x" }] }]\n`;

let world: CliWorld;
beforeEach(async () => {
  world = await startCliWorld();
  world.gitlab.world.addProject({ path: "platform/api" });
  world.gitlab.world.addProject({ path: "platform/web" });
});
afterEach(() => world.close());

const add = (path: string, name: string, more: { days?: number | null; scopes?: string[] } = {}): number => {
  const { days = 80, scopes = ["read_registry"] } = more;
  const kind = path.includes("/") ? "project" : "group";
  const expiresAt = days === null ? null : new Date(Date.now() + days * DAY);
  return world.gitlab.world.addDeployToken({ kind, path }, { name, scopes, expiresAt }).id;
};
const audit = (policy: string, args: readonly string[] = [], manner: Manner = {}): Promise<Said> =>
  world.run(["audit", ...args], policy, manner);
const as = (token: Parameters<CliWorld["gitlab"]["world"]["addPersonalAccessToken"]>[0]): Manner => ({
  env: { GITLAB_TOKEN: world.gitlab.world.addPersonalAccessToken(token).token },
});

interface Document {
  readonly scope: string;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly path: string | null;
    readonly token: string | null;
    readonly tokenId: number | null;
    readonly secret: string | null;
    readonly message: string;
    readonly fingerprint: string;
  }[];
  readonly summary: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}
const documentOf = ({ stdout }: Said): Document => JSON.parse(stdout) as Document;
const shortly = (said: Said): string[] =>
  documentOf(said).findings.map(({ code, path, token }) => `${code} ${path} ${token}`);
const json = async (policy: string, args: readonly string[] = [], manner: Manner = {}) => {
  const said = await audit(policy, ["--json", ...args], manner);
  return { ...said, document: documentOf(said), found: shortly(said) };
};

describe("audit", () => {
  it("exits with 0 where there is nothing to find", async () => {
    await world.run(["apply"], POLICY);
    const said = await audit(POLICY);
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout.replaceAll("\n", " ").trim()).toBe(
      "No findings. Looked at 1 token of 1 target and 1 secret (the policy's targets and all that lies below its groups).",
    );
  });

  it("looks at everything below the policy's groups, what the policy leaves out too", async () => {
    world.gitlab.world.addGroup({ path: "platform/infra" });
    world.gitlab.world.addProject({ path: "platform/sandbox/toy" });
    add("platform", "of-group");
    world.gitlab.world.addDeployToken(
      { kind: "group", path: "platform/infra" },
      { name: "of-subgroup", scopes: [] },
    );
    add("platform/api", "ci-covered");
    add("platform/api", "by-hand");
    add("platform/sandbox/toy", "ci-toy");
    const { code, found } = await json(GROUP);
    expect(code).toBe(2);
    expect(found).toEqual([
      "NeverExpires platform/infra of-subgroup",
      "Uncovered platform of-group",
      "Uncovered platform/api by-hand",
      "Uncovered platform/infra of-subgroup",
      "Uncovered platform/sandbox/toy ci-toy",
    ]);
  });

  it("looks below a group whose entry is about the group's own tokens only", async () => {
    add("platform/web", "by-hand");
    const policy = `${HEAD}groups: [{ path: platform, tokens: [{ match: "x" }] }]\n`;
    expect((await json(policy)).found).toEqual(["Uncovered platform/web by-hand"]);
  });

  it("tells what it could not read, goes on, and exits with 1 where nothing else is found", async () => {
    const roles = { platform: 40, "platform/web": 40 };
    world.gitlab.faults.add({
      match: { path: /projects\/1\/deploy_tokens/ },
      times: Number.POSITIVE_INFINITY,
      respond: { status: 403, headers: {}, body: '{"message":"403 Forbidden"}' },
    });
    const quiet = await json(GROUP, [], as({ roles }));
    expect(quiet.code).toBe(1);
    expect(quiet.document.warnings).toEqual([
      expect.stringContaining("project platform/api could not be read: "),
    ]);
    expect(quiet.document.summary["unread"]).toBe(1);
    add("platform/web", "by-hand");
    const { code, found } = await json(GROUP, [], as({ roles }));
    expect([code, ...found]).toEqual([2, "Uncovered platform/web by-hand"]);
  });

  it("tells of an entry that leads nowhere, and claims nothing that it may cover", async () => {
    add("platform/web", "by-hand");
    add("platform/api", "by-hand");
    const policy = `${HEAD}groups: [{ path: platform, tokens: [{ match: x }] }]
projects: [{ path: platform/gone, tokens: [{ match: x }] }, { path: 77, tokens: [{ match: x }] }]\n`;
    const { code, found, document } = await json(policy);
    expect(code).toBe(2);
    expect(found).toEqual(["Uncovered platform/api by-hand", "Uncovered platform/web by-hand"]);
    expect(document.warnings.map((warning) => warning.slice(0, 40))).toEqual([
      expect.stringContaining("project platform/gone could not be read"),
      expect.stringContaining("project 77 could not be read"),
    ]);
    world.gitlab.faults.add({
      match: { path: /platform%2Fapi$/ },
      times: Number.POSITIVE_INFINITY,
      respond: { status: 404, headers: {}, body: '{"message":"404 Project Not Found"}' },
    });
    const unsure = `${policy.replace("platform/gone", "platform/api")}`;
    expect((await json(unsure)).found).toEqual(["Uncovered platform/web by-hand"]);
  });

  it("says nothing twice, and is no louder, in the same state", async () => {
    add("platform/web", "by-hand", { days: null, scopes: ["write_registry"] });
    const [first, second] = [await json(EMPTY), await json(EMPTY)];
    expect(first.document.findings).toEqual(second.document.findings);
    const prints = first.document.findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(3);
  });
});

describe("the secrets of an audit", () => {
  beforeEach(async () => {
    expect((await world.run(["apply"], POLICY)).code).toBe(0);
  });
  it("include those that the policy covers no more, with the path of what they are of", async () => {
    const { code, document } = await json(EMPTY);
    expect(code).toBe(2);
    expect(document.findings).toEqual([
      expect.objectContaining({
        code: "SecretWithoutPolicy",
        severity: "medium",
        path: "platform/api",
        token: "registry-pull",
        tokenId: 1,
        secret: "gitlab/project/platform/api/registry-pull",
      }),
    ]);
  });

  it("say when GitLab shows their project no more", async () => {
    world.gitlab.world.removeProject("platform/api");
    const { document } = await json(EMPTY);
    expect(document.findings).toHaveLength(1);
    expect(document.findings[0]?.message).toContain("GitLab shows no project 1");
    expect(document.warnings).toEqual([]);
  });

  it("are an alarm once their token is gone, and not while an overlap lasts", async () => {
    await world.run(["rotate", "platform/api", "registry-pull", "--yes"], POLICY);
    expect(await json(POLICY)).toMatchObject({ code: 0, found: [] });
    for (const { id: each } of world.gitlab.world.deployTokens(API))
      world.gitlab.world.deleteDeployToken(each);
    const { document } = await json(POLICY);
    expect(document.findings).toEqual([
      expect.objectContaining({ code: "CurrentTokenGone", severity: "high", path: "platform/api" }),
    ]);
  });

  it("are looked at again where the list of them is older than a rotation", async () => {
    const before = Date.now();
    await sleep(1000);
    const leaked = ["rotate", "platform/api", "registry-pull", "--leaked", "--yes"];
    expect((await world.run(leaked, POLICY)).code).toBe(0);
    world.aws.faults.push({ match: { operation: "ListSecrets" }, staleMs: Date.now() - before });
    expect(await json(POLICY)).toMatchObject({ code: 0, found: [] });
  });

  it("that cannot be listed are looked up by the policy's names, which is told", async () => {
    world.aws.denied.add("ListSecrets");
    for (const { id: each } of world.gitlab.world.deployTokens(API))
      world.gitlab.world.deleteDeployToken(each);
    const { found, document } = await json(POLICY);
    expect(found).toEqual(["CurrentTokenGone platform/api registry-pull"]);
    expect(document.warnings[0]).toMatch(/^the list of secrets .* could not be read: .*ListSecrets/);
  });

  it("may all be out of reach: GitLab is looked at all the same, and no secret is asked for one by one", async () => {
    await world.aws.close();
    add("platform/api", "by-hand");
    add("platform/api", "registry-pull", { scopes: ["write_registry"] });
    const { code, found, document } = await json(POLICY);
    expect([code, ...found]).toEqual([
      2,
      "WriteScope platform/api registry-pull",
      "Uncovered platform/api by-hand",
    ]);
    expect(document.warnings).toEqual([expect.stringMatching(/^the secrets .* could not be read: /)]);
  });
});

describe("the instance of an audit", () => {
  beforeEach(() => {
    world.gitlab.world.addProject({ path: "data/lake" });
    add("data/lake", "elsewhere");
    add("platform/web", "by-hand");
  });

  it("is looked at with an administrator's token, and what cannot be placed is told by its id", async () => {
    const { document, found } = await json(EMPTY, [], as({ admin: true }));
    expect(document.scope).toBe("instance");
    expect(found).toEqual(["Uncovered platform/web by-hand", "Unplaced null elsewhere"]);
    expect(document.summary).toMatchObject({ tokens: 2, targets: 1 });
  });

  it("is left alone without one, silently unless asked for", async () => {
    expect(await json(EMPTY)).toMatchObject({
      found: ["Uncovered platform/web by-hand"],
      document: { warnings: [] },
    });
    const { document, code } = await json(EMPTY, ["--instance", "--code", "Unplaced"]);
    expect(code).toBe(1);
    expect(document.warnings[0]).toContain("the list of all tokens of the instance could not be read: ");
  });

  it("is told when it could not be listed for another reason than missing rights", async () => {
    world.gitlab.faults.add({
      match: { path: /v4\/deploy_tokens/ },
      respond: { status: 400, headers: {}, body: '{"error":"no"}' },
    });
    const { document } = await json(EMPTY, [], as({ admin: true }));
    expect(document).toMatchObject({ scope: "policy", summary: { unread: 1 } });
  });

  it("is not asked for with --no-instance", async () => {
    const { document } = await json(EMPTY, ["--no-instance"], as({ admin: true }));
    expect(document.scope).toBe("policy");
    expect(world.gitlab.log.some(({ path }) => path.startsWith("/api/v4/deploy_tokens"))).toBe(false);
  });
});

describe("the command line of audit", () => {
  it("filters, counts what it left out, and lets that decide on the exit code", async () => {
    add("platform/web", "by-hand", { days: null, scopes: ["write_registry"] });
    const codes = async (...args: string[]) =>
      (await json(EMPTY, args)).document.findings.map(({ code }) => code);
    expect(await codes("--severity", "medium")).toEqual(["NeverExpires", "Uncovered"]);
    expect(await codes("--severity", "HIGH")).toEqual(["NeverExpires"]);
    expect(await codes("--code", "WriteScope,uncovered")).toEqual(["Uncovered", "WriteScope"]);
    expect(await codes("--target", "platform/*", "--code", "WriteScope")).toEqual(["WriteScope"]);
    expect(await codes("--target", "2", "--code", "WriteScope")).toEqual(["WriteScope"]);
    expect(await codes("--target", "group:2")).toEqual([]);
    const none = await audit(EMPTY, ["--target", "Platform/API"]);
    expect(none).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("3 more were left out by the filters"),
    });
  });

  it.each([
    ["a severity", ["--severity", "severe"], /--severity "severe": expected high, medium, low/],
    ["a code", ["--code", "Uncoverd"], /--code "Uncoverd": expected Uncovered, /],
    ["a format", ["--format", "xml"], /--format "xml": expected table, json, sarif, code-quality/],
    ["a target", ["--target", "a/{b"], /--target "a\/\{b": expected /],
    ["two formats", ["--json", "--format", "sarif"], /give one of them/],
  ])("refuses %s that there is not, before anything is asked", async (_, args, text) => {
    const { code, stderr, stdout } = await audit(EMPTY, args);
    expect(code).toBe(64);
    expect(stdout).toBe("");
    expect(stderr).toMatch(text);
    expect(world.gitlab.log).toHaveLength(0);
  });

  it("prints SARIF and GitLab's code quality on standard output alone, warnings beside it", async () => {
    add("platform/web", "by-hand");
    world.aws.denied.add("ListSecrets");
    const sarif = await audit(EMPTY, ["--format", "sarif"]);
    expect(sarif.code).toBe(2);
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "Uncovered" }], invocations: [{ executionSuccessful: false }] }],
    });
    const quality = await audit(EMPTY, ["--format", "code-quality"]);
    expect(JSON.parse(quality.stdout)).toEqual([
      expect.objectContaining({ check_name: "Uncovered", severity: "major" }),
    ]);
    for (const { stderr } of [sarif, quality]) expect(stderr).toMatch(/^warning: the list of secrets/);
  });

  it("shows other people's text without its control characters, and no secret, in every format", async () => {
    const name = "\u001b[31mred\u202e\n[x](https://evil.example)";
    add("platform/web", name);
    await world.run(["apply"], POLICY);
    for (const format of ["table", "json", "sarif", "code-quality"]) {
      const { stdout, stderr } = await audit(EMPTY, ["--format", format], {
        terminal: true,
        env: { NO_COLOR: "1" },
      });
      for (const hidden of ["\u001b", "\u202e"]) expect(stdout).not.toContain(hidden);
      expect(stdout).toContain("red");
      for (const secret of world.gitlab.issuedSecrets()) expect(stdout + stderr).not.toContain(secret);
    }
  });

  it("says what to do about an access token that GitLab does not know", async () => {
    const { code, stdout } = await audit(EMPTY, [], { env: { GITLAB_TOKEN: "glpat-unknown" } });
    expect(code).toBe(1);
    expect(stdout).toContain("GITLAB_TOKEN");
    expect(stdout).toContain("No findings.");
  });

  it("tells that our own access token expires soon, which is no finding", async () => {
    const expiresAt = new Date(Date.now() + 5 * DAY).toISOString().slice(0, 10);
    const { code, document } = await json(EMPTY, [], as({ expiresAt }));
    expect(code).toBe(0);
    expect(document.warnings).toEqual([expect.stringMatching(/^Our own access token .* expires on /)]);
  });

  it("ends at once when it is told to stop", async () => {
    const folder = join(world.folder, "home");
    writeFileSync(
      join(folder, "rotation.yaml"),
      POLICY.replace(/^store.*/m, "store: { type: file, path: ./s }"),
    );
    const { token } = world.gitlab.world.addPersonalAccessToken({});
    let child: ChildProcess | undefined;
    const match = { path: /projects\/platform%2Fapi$/ };
    const killed = (): Promise<void> => {
      child?.kill("SIGTERM");
      return sleep(300);
    };
    world.gitlab.faults.add({ match, onArrival: killed });
    const { code, stdout, stderr } = await runProgram(["audit"], {
      folder,
      env: { GITLAB_TOKEN: token, GITLAB_BASE_URL: world.gitlab.url },
      onStart: (started) => {
        child = started;
      },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("ERR_STOPPED: The audit was stopped");
  });
});
