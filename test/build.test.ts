import { execFileSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startGitLab } from "./support/gitlab/simulator.ts";
import { runProgram } from "./support/program.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const BUNDLED = ["commander", "fastest-levenshtein", "node-cron", "picomatch", "yaml", "zod"];
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const BROUGHT = Object.keys({ ...MANIFEST.dependencies, ...MANIFEST.optionalDependencies });

let folder: string;
let dist: string;
let main: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rotator-build-"));
  dist = join(folder, "dist");
  main = join(dist, "main.js");
  execFileSync(process.execPath, [join(ROOT, "config/build.ts"), dist]);
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  cpSync(join(ROOT, "rotation.yaml"), join(folder, "rotation.yaml"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const built = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(dist)
      .filter((name) => name.endsWith(".js"))
      .map((name) => [name, readFileSync(join(dist, name), "utf8")]),
  );

/** Every name of a package, not of a file, that a text imports. */
const packagesIn = (text: string): string[] =>
  ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith(".") && !isBuiltin(name))
    .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));

describe("the built program", () => {
  test("begins as a script that the shell can start", () => {
    expect(readFileSync(main, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.each(["--version", "--help", "schema", "validate"])(
    "answers `%s` where no package is installed",
    async (command) => {
      const { code, stdout, stderr } = await runProgram([command], { folder, main, env: {} });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).not.toBe("");
    },
  );

  test("knows its version", async () => {
    const { stdout } = await runProgram(["--version"], { folder, main, env: {} });
    expect(stdout).toBe(`${MANIFEST.version}\n`);
  });

  test("holds every package that the sources import and no installation brings", () => {
    const sources = globSync("src/**/*.ts", { cwd: ROOT }).map((path) =>
      readFileSync(join(ROOT, path), "utf8"),
    );
    const held = sources.flatMap(packagesIn).filter((name) => !BROUGHT.includes(name));
    expect([...new Set(held)].sort()).toEqual(BUNDLED);
  });

  test("carries the licence of each package that it holds", () => {
    const notices = readFileSync(join(dist, "THIRD-PARTY-NOTICES"), "utf8").split(`\n${"-".repeat(80)}\n\n`);
    const noticed = notices.map((notice) => notice.split(" ", 1)[0]);
    // Rolldown's own helpers are in the output.
    expect(noticed).toEqual([...BUNDLED, "rolldown"].sort());
    for (const notice of notices) expect(notice).toMatch(/permission|permitted/i);
  });

  test("imports only what an installation brings with it", () => {
    const imported = [...built().values()].flatMap(packagesIn);
    expect(imported).toContain("undici");
    expect(imported.filter((name) => !BROUGHT.includes(name))).toEqual([]);
  });

  test("rotates with the packages beside it", async () => {
    const gitlab = await startGitLab();
    onTestFinished(() => gitlab.close());
    gitlab.world.addProject({ path: "platform/api" });
    const workplace = mkdtempSync(join(folder, "workplace-"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(workplace, "rotation.yaml"),
      `version: 1
gitlab: { url: ${gitlab.url} }
store: { type: file, path: ./secrets }
projects: [{ path: platform/api, tokens: [{ name: registry-pull, scopes: [read_registry] }] }]
`,
    );
    const env = { GITLAB_TOKEN: gitlab.world.addPersonalAccessToken({}).token };
    const { code, stdout } = await runProgram(["apply", "--json"], { folder: workplace, main, env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { create: 1, failed: 0 } });
  });
});
