import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GitLabSimulator, startGitLab } from "./support/gitlab/simulator.ts";
import { runProgram } from "./support/program.ts";

const RECORDER = new URL("support/record-packages.ts", import.meta.url).pathname;
const COMMANDS = ["commander"];
const SCHEMA = [...COMMANDS, "fastest-levenshtein", "node-cron", "picomatch", "zod"];
const POLICY = [...SCHEMA, "yaml"];
const PASS = [...POLICY, "openapi-fetch", "p-queue", "p-retry", "undici"];

let gitlab: GitLabSimulator;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rotator-packages-"));
  gitlab = await startGitLab();
  gitlab.world.addProject({ path: "platform/api" });
});
afterEach(async () => {
  await gitlab.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The packages that a command loads, a deep import counted as its package. */
const loaded = async (
  args: readonly string[],
  { more = "", stopAt }: { readonly more?: string; readonly stopAt?: string } = {},
): Promise<ReadonlySet<string>> => {
  const file = join(folder, "packages");
  writeFileSync(file, "");
  writeFileSync(
    join(folder, "rotation.yaml"),
    `version: 1
gitlab: { url: ${gitlab.url} }
store: { type: file, path: ./secrets }
projects: [{ path: platform/api, tokens: [{ name: registry-pull, scopes: [read_registry] }] }]
${more}`,
  );
  const { code, stderr } = await runProgram(args, {
    folder,
    env: {
      GITLAB_TOKEN: gitlab.world.addPersonalAccessToken({}).token,
      NODE_OPTIONS: `--import=${RECORDER}`,
      LOADED_PACKAGES: file,
    },
    onStart: (child) => {
      let log = "";
      child.stderr?.on("data", (chunk) => {
        log += chunk;
        if (stopAt !== undefined && log.includes(stopAt)) child.kill("SIGTERM");
      });
    },
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const names = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Set(names.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")));
};

describe("a command loads no more packages than it needs:", () => {
  test.each([
    ["--version", COMMANDS],
    ["--help", COMMANDS],
    ["schema", SCHEMA],
    ["validate", POLICY],
    ["plan", PASS],
    ["status", [...PASS, "cli-table3"]],
    ["apply", [...PASS, "cli-table3", "winston"]],
    ["apply --json", [...PASS, "winston"]],
    ["audit", PASS],
    ["doctor", PASS],
  ] as const)("%s", async (command, packages) => {
    expect(await loaded(command.split(" "))).toEqual(new Set(packages));
  });

  const SCHEDULE = `schedule: { cron: "0 0 1 1 *" }\n`;

  test("run, without a server", async () => {
    const packages = await loaded(["run"], { more: SCHEDULE, stopAt: "pass finished" });
    expect(packages).toEqual(new Set([...PASS, "winston"]));
  });

  test("run, with one", async () => {
    const more = `${SCHEDULE}server: { listen: "127.0.0.1:0" }\n`;
    const packages = await loaded(["run"], { more, stopAt: "pass finished" });
    expect(packages).toEqual(new Set([...PASS, "winston", "hono", "@hono/node-server", "prom-client"]));
  });
});
