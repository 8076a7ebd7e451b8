import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitLabSimulator, startGitLab } from "./support/gitlab/simulator.ts";

const MAIN = new URL("../src/main.ts", import.meta.url).pathname;
const POLICY = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: file, path: ./secrets }
schedule: { cron: "0 0 1 1 *" }
projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;

let gitlab: GitLabSimulator;
let folder: string;
let policy: string;
let token: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rotator-main-"));
  policy = join(folder, "rotation.yaml");
  writeFileSync(policy, POLICY);
  gitlab = await startGitLab();
  gitlab.world.addProject({ path: "platform/api" });
  token = gitlab.world.addPersonalAccessToken({}).token;
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await gitlab.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (args: readonly string[], env: Record<string, string | undefined> = {}) => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, GITLAB_TOKEN: token, GITLAB_BASE_URL: gitlab.url, NO_COLOR: "1", ...env },
  });
  started.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  const ended = once(child, "close").then(([code]: (number | null)[]) => code);
  const logged = async (text: string): Promise<void> => {
    while (!output.stderr.includes(text)) await once(child.stderr, "data");
  };
  return { child, output, ended, logged };
};
const run = async (args: readonly string[], env?: Record<string, string | undefined>) => {
  const { output, ended } = start(args, env);
  return { code: await ended, ...output };
};
const tokens = (): number => gitlab.world.deployTokens({ kind: "project", path: "platform/api" }).length;

describe("a command", () => {
  it("plans with exit code 2, applies into the file store, and then has nothing to do", async () => {
    expect((await run(["plan", "--detailed-exitcode"])).code).toBe(2);
    const applied = await run(["apply", "--json"]);
    expect(applied.code).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({
      version: 1,
      summary: { create: 1, failed: 0 },
      lineages: [{ actions: [{ action: "create", result: "done" }] }],
    });
    expect(readdirSync(join(folder, "secrets"))).toHaveLength(1);
    expect((await run(["plan", "--detailed-exitcode"])).code).toBe(0);
    for (const secret of gitlab.issuedSecrets())
      expect(applied.stdout + applied.stderr).not.toContain(secret);
  });

  it("rotates a leaked token at once, and says what is left to do", async () => {
    await run(["apply"]);
    const { code, stdout, stderr } = await run([
      "rotate",
      "platform/api",
      "registry-pull",
      "--leaked",
      "--yes",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("- delete  done");
    expect(stdout).toContain("The leaked token is deleted.");
    expect(tokens()).toBe(1);
    for (const secret of gitlab.issuedSecrets()) expect(stdout + stderr).not.toContain(secret);
    const json = await run(["rotate", "project:platform/api", "registry-pull", "--yes", "--json"]);
    expect(JSON.parse(json.stdout).summary).toMatchObject({ rotate: 1, failed: 0 });
  });

  it.each<[string, readonly string[], Record<string, string | undefined>, number, RegExp]>([
    ["a rotation by hand without a terminal to ask on", ["rotate", "platform/api", "x"], {}, 64, /--yes/],
    [
      "a rotation of a token that the policy does not cover",
      ["rotate", "platform/api", "x", "--yes"],
      {},
      64,
      /covers "registry-pull"/,
    ],
    ["an unknown command", ["aply"], {}, 64, /Did you mean apply/],
    ["no command", [], {}, 64, /Usage/],
    ["no token", ["plan"], { GITLAB_TOKEN: undefined }, 78, /set GITLAB_TOKEN/],
    ["a token that GitLab does not know", ["apply"], { GITLAB_TOKEN: "glpat-unknown" }, 1, /GITLAB_TOKEN/],
    [
      "a policy that is not there",
      ["plan", "--policy", "nowhere.yaml"],
      {},
      78,
      /^nowhere\.yaml:1:1: .*--policy/,
    ],
    [
      "GitLab that is down",
      ["apply"],
      { GITLAB_BASE_URL: "http://127.0.0.1:59998" },
      1,
      /ECONNREFUSED[\s\S]*Check gitlab\.url/,
    ],
    ["a log level that there is not", ["apply"], { LOG_LEVEL: "loud" }, 78, /LOG_LEVEL/],
  ])("says what to do about %s", async (_, args, env, code, text) => {
    const { stdout, stderr, ...result } = await run(args, env);
    expect(result.code).toBe(code);
    expect(stderr + stdout).toMatch(text);
    expect(stderr + stdout).not.toMatch(/^ {4}at /m);
    expect(tokens()).toBe(0);
  });

  it("never loads the AWS SDK for the file store", async () => {
    const hooks = `import { registerHooks } from "node:module";
      registerHooks({ resolve: (name, context, next) => {
        if (name.startsWith("@aws-sdk/")) process.stderr.write("loads the SDK");
        return next(name, context);
      } });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hooks)}`;
    expect(await run(["plan"], { NODE_OPTIONS })).toMatchObject({ code: 0, stderr: "" });
    const aws = POLICY.replace("{ type: file, path: ./secrets }", "{ type: aws-secrets-manager }");
    writeFileSync(policy, aws);
    expect(await run(["plan"], { NODE_OPTIONS, AWS_REGION: undefined })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/loads the SDK[\s\S]*ERR_SECRET_CREDENTIALS: .*AWS_REGION/),
    });
  });

  it("has not failed when its reader leaves first", async () => {
    const { child, ended, output } = start(["schema"]);
    child.stdout.destroy();
    expect(await ended).toBe(0);
    expect(output.stderr).toBe("");
  });

  it("does not stay for a wait that GitLab asks for at the very end", async () => {
    const limited = (after: string) => ({
      status: 429,
      headers: { "retry-after": after },
      body: "Retry later",
    });
    const match = { route: /projects\/:id$/ };
    gitlab.faults.add({ match, times: 4, respond: limited("0") }, { match, respond: limited("300") });
    const { code, stdout } = await run(["plan"]);
    expect(code).toBe(1);
    expect(stdout).toContain("GitLab answered 429");
  });

  it("tells its version", async () => {
    expect(await run(["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it("tells every mistake of a policy at once, with file, line and column", async () => {
    writeFileSync(
      policy,
      POLICY.replace("read_registry", "read_registy").replace("projects:", "limts: {}\nprojects:"),
    );
    const { code, stderr } = await run(["validate"]);
    expect(code).toBe(78);
    expect(
      stderr
        .trim()
        .split("\n")
        .map((line) => /^rotation\.yaml:\d+:\d+: /.test(line)),
    ).toEqual([true, true]);
  });
});

describe("run", () => {
  it("makes a pass at start, and ends with 0 on SIGTERM", async () => {
    const { child, ended, logged, output } = start(["run"]);
    await logged("pass finished");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(tokens()).toBe(1);
    for (const secret of gitlab.issuedSecrets()) expect(output.stderr).not.toContain(secret);
  });

  it("goes on after a pass that failed", async () => {
    gitlab.faults.add({ respond: { status: 403, headers: {}, body: "" } });
    const { child, ended, logged } = start(["run"]);
    await logged("pass finished with failures");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("takes a new policy on SIGHUP, and keeps the old one when the new one is wrong", async () => {
    const { child, ended, logged, output } = start(["run"]);
    await logged("pass finished");
    writeFileSync(policy, "version: 7");
    child.kill("SIGHUP");
    await logged("new policy refused");
    expect(output.stderr).toContain("rotation.yaml:1:");
    writeFileSync(policy, POLICY);
    child.kill("SIGHUP");
    await logged("policy reloaded");
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  it("lets the rotation in hand store its token when it is told to stop", async () => {
    const running = start(["run"]);
    gitlab.faults.add({
      match: { route: /jwt/ },
      latencyMs: 500,
      onArrival: () => void running.child.kill("SIGTERM"),
    });
    expect(await running.ended).toBe(0);
    expect(tokens()).toBe(1);
    expect((await run(["plan", "--detailed-exitcode"])).code).toBe(0);
  });

  it("begins no rotation once it is told to stop", async () => {
    const running = start(["run"]);
    gitlab.faults.add({
      match: { method: "GET", route: /deploy_tokens$/ },
      latencyMs: 500,
      onArrival: () => void running.child.kill("SIGTERM"),
    });
    expect(await running.ended).toBe(0);
    expect(tokens()).toBe(0);
  });

  it("exits at once on a second signal", async () => {
    const running = start(["run"]);
    const arrived = new Promise<void>((resolve) => {
      gitlab.faults.add({ match: { route: /jwt/ }, before: "hang", onArrival: () => resolve() });
    });
    await arrived;
    running.child.kill("SIGTERM");
    await running.logged("stopping");
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(1);
  });

  it("does not start without a token, rather than fail at every tick", async () => {
    const { code, stderr } = await run(["run"], { GITLAB_TOKEN: undefined });
    expect(code).toBe(78);
    expect(stderr).toContain("set GITLAB_TOKEN");
  });

  it("asks for a schedule where the policy has none", async () => {
    writeFileSync(policy, POLICY.replace(/^schedule.*\n/m, ""));
    const { code, stderr } = await run(["run"]);
    expect(code).toBe(78);
    expect(stderr).toContain("schedule");
  });
});
