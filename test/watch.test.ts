import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitLabSimulator, startGitLab } from "./support/gitlab/simulator.ts";

const MAIN = new URL("../src/main.ts", import.meta.url).pathname;

let gitlab: GitLabSimulator;
let folder: string;
let hook: Server;
let hooked: string[];
let token: string;
const started: ChildProcess[] = [];

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
};
const writePolicy = (more: string): void =>
  writeFileSync(
    join(folder, "rotation.yaml"),
    `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: file, path: ./secrets }
schedule: { cron: "0 0 1 1 *" }
projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
  - path: platform/gone
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
${more}`,
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rotator-watch-"));
  gitlab = await startGitLab();
  gitlab.world.addProject({ path: "platform/api" });
  const expiresAt = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  token = gitlab.world.addPersonalAccessToken({ expiresAt }).token;
  hooked = [];
  hook = createServer((request, response) => {
    let body = "";
    request
      .on("data", (chunk) => (body += chunk))
      .on("end", () => {
        hooked.push(body);
        response.writeHead(204).end();
      });
  });
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await gitlab.close();
  hook.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (args: readonly string[]) => {
  const env = { ...process.env, GITLAB_TOKEN: token, GITLAB_BASE_URL: gitlab.url, NO_COLOR: "1" };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env });
  started.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  const ended = once(child, "close").then(([code]: (number | null)[]) => code);
  const logged = async (text: string): Promise<void> => {
    while (!output.stderr.includes(text)) await once(child.stderr, "data");
  };
  const url = (): string => /"url":"(http:[^"]+)"/.exec(output.stderr)?.[1] ?? "";
  return { child, output, ended, logged, url };
};

describe("run, as operators see it", () => {
  it("serves page, metrics, health and readiness of its first pass, writes it down and tells the receivers", async () => {
    const port = await listening(hook);
    gitlab.world.addDeployToken(
      { kind: "project", path: "platform/api" },
      { name: "by-hand", scopes: ["read_registry"], expiresAt: new Date(Date.now() + 5 * 86_400_000) },
    );
    writePolicy(`server: { listen: "127.0.0.1:0" }
notify: [{ type: webhook, url: "http://127.0.0.1:${port}/hook" }]
`);
    const { child, ended, logged, url } = start(["run", "--history", "passes.jsonl"]);
    await logged("pass finished");
    while (hooked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));

    const page = await (await fetch(url())).text();
    expect(page).toContain("registry-pull");
    expect(page).toContain("platform/gone");
    const metrics = await (await fetch(`${url()}/metrics`)).text();
    expect(metrics).toMatch(/deploy_token_rotator_lineages\{state="failing"\} 1/);
    expect(metrics).toMatch(/route="GET \/projects\/\{id\}\/deploy_tokens"/);
    expect((await fetch(`${url()}/healthz`)).status).toBe(200);
    expect((await fetch(`${url()}/readyz`)).status).toBe(200);

    expect(hooked).toHaveLength(1);
    expect(hooked[0]).toContain("platform/gone");
    expect(hooked[0]).toContain("by-hand");
    for (const secret of gitlab.issuedSecrets())
      for (const text of [page, metrics, ...hooked, readFileSync(join(folder, "passes.jsonl"), "utf8")])
        expect(text).not.toContain(secret);

    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    await expect(fetch(url())).rejects.toThrow();
    const status = start(["status", "--history", "passes.jsonl"]);
    expect(await status.ended).toBe(1);
    expect(status.output.stdout).toContain("1 created, 0 rotated, 0 deleted, 1 failed");
    expect(status.output.stdout).toContain("Our own access token");
  });

  it("has no server unless the policy says so, and a SIGHUP starts and moves it", async () => {
    writePolicy("");
    const { child, logged, output, url } = start(["run"]);
    await logged("pass finished");
    expect(output.stderr).not.toContain("server listening");
    writePolicy(`server: { listen: "127.0.0.1:0" }\n`);
    child.kill("SIGHUP");
    await logged("server listening");
    expect((await fetch(`${url()}/healthz`)).status).toBe(200);
  });

  it("stays where it is when the new address is taken", async () => {
    const port = await listening(hook);
    writePolicy(`server: { listen: "127.0.0.1:0" }\n`);
    const { child, logged, url } = start(["run"]);
    await logged("pass finished");
    writePolicy(`server: { listen: "127.0.0.1:${port}" }\n`);
    child.kill("SIGHUP");
    await logged("server stays where it is");
    expect((await fetch(`${url()}/healthz`)).status).toBe(200);
    await new Promise((resolve) => hook.close(resolve));
    child.kill("SIGHUP");
    await logged(`http://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it("takes another address with the same port", async () => {
    const port = await listening(hook);
    await new Promise((resolve) => hook.close(resolve));
    writePolicy(`server: { listen: "127.0.0.1:${port}" }\n`);
    const { child, logged } = start(["run"]);
    await logged("pass finished");
    writePolicy(`server: { listen: "0.0.0.0:${port}" }\n`);
    child.kill("SIGHUP");
    await logged(`http://0.0.0.0:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it("does not start when nobody can listen there, and says why", async () => {
    const port = await listening(hook);
    writePolicy(`server: { listen: "127.0.0.1:${port}" }\n`);
    const { ended, output } = start(["run"]);
    expect(await ended).toBe(78);
    expect(output.stderr).toContain(`server.listen: 127.0.0.1:${port} cannot be listened on (EADDRINUSE)`);
    expect(gitlab.world.deployTokens({ kind: "project", path: "platform/api" })).toHaveLength(0);
  });
});

describe("apply, as operators see it", () => {
  it("writes down what it did and sends one digest, again only when something changes", async () => {
    const port = await listening(hook);
    writePolicy(`notify: [{ type: webhook, url: "http://127.0.0.1:${port}/hook" }]\n`);
    for (let pass = 0; pass < 2; pass += 1)
      expect(await start(["apply", "--history", "passes.jsonl"]).ended).toBe(1);
    expect(readFileSync(join(folder, "passes.jsonl"), "utf8").trim().split("\n")).toHaveLength(2);
    expect(hooked).toHaveLength(1);
  });

  it("is not failed by a receiver that is down, nor by a history that can no longer be written", async () => {
    writePolicy(`notify: [{ type: webhook, url: "http://127.0.0.1:9/hook" }]\n`);
    mkdirSync(join(folder, "passes"));
    gitlab.faults.add({
      match: { method: "POST" },
      onArrival: () => rmSync(join(folder, "passes"), { recursive: true }),
    });
    const { ended, output } = start(["apply", "--json", "--history", "passes/passes.jsonl"]);
    expect(await ended).toBe(1);
    expect(JSON.parse(output.stdout)).toMatchObject({ summary: { create: 1, failed: 1 } });
    expect(output.stderr).toContain("passes.jsonl cannot be written (its folder passes does not exist)");
    expect(existsSync(join(folder, "secrets"))).toBe(true);
  });
});

describe("apply and run", () => {
  it.each(["apply", "run"])(
    "refuse a history that cannot be written before they ask GitLab (%s)",
    async (command) => {
      writePolicy("");
      const { ended, output } = start([command, "--history", "no/such/folder/passes.jsonl"]);
      expect(await ended).toBe(78);
      expect(output.stderr).toContain(
        "ERR_SETTINGS_INVALID: --history no/such/folder/passes.jsonl cannot be written (its folder no/such/folder does not exist)",
      );
      expect(gitlab.log).toEqual([]);
    },
  );
});
