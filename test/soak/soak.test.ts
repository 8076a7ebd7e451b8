import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";

const ROOT = new URL("../..", import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
/** With the flags that make a heap repeatable. */
const [, ...SOAK] = (scripts["test:soak"] as string).split(" ");
const SHORT = ["--passes", "320", "--every", "20"];

const soak = async (
  ...args: readonly string[]
): Promise<{ code: number | null; growing: readonly string[]; output: string }> => {
  const child = spawn(process.execPath, [...SOAK, ...SHORT, ...args], { cwd: ROOT });
  const [output, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  const growing = output.split("\n").flatMap((line) => /^!! ([a-zA-Z ]+)/.exec(line)?.[1] ?? []);
  return { code: code as number | null, growing, output: output + said };
};

/** Open file handles are counted in Linux' way. */
const isLinux = existsSync("/proc/self/fd");
describe.skipIf(!isLinux)("a small soak", { concurrent: true, timeout: 600_000 }, () => {
  test("finds the daemon flat", async () => {
    const { code, growing, output } = await soak();
    expect({ code, growing }, output).toEqual({ code: 0, growing: [] });
  });

  test("notices a kilobyte that each pass leaves behind", async () => {
    const { code, growing, output } = await soak("--leak", "memory");
    expect({ code, growing }, output).toEqual({ code: 1, growing: ["heap"] });
  });

  test("notices a listener and a socket that each pass leaves behind", async () => {
    const { code, growing, output } = await soak("--leak", "listener", "--leak", "socket");
    expect(code).toBe(1);
    for (const name of ["stop listeners", "resource TCPSocketWrap", "file handles"])
      expect(growing, output).toContain(name);
  });
});
