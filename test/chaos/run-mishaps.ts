import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const SCRIPT = new URL("./mishaps.ts", import.meta.url).pathname;
const NO_MOUNT = 77;

const run = async (
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> => {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  const failed = once(child, "error").then(([error]) => ({ code: null, output: String(error) }));
  const closed = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  return Promise.race([failed, closed]);
};

/** The mishaps of the file store, in a mount name space of their own: gone with the process, whatever becomes of it. */
export const runMishaps = async (
  folder: string,
): Promise<{ readonly failed: boolean; readonly output: string }> => {
  const secrets = join(folder, "secrets");
  mkdirSync(secrets, { recursive: true });
  const commands = `mount -t tmpfs -o size=512k,mode=700 tmpfs '${secrets}' || exit ${NO_MOUNT}; exec '${process.execPath}' '${SCRIPT}' --mounted --folder '${folder}'`;
  const mounted = await run("unshare", ["--mount", "sh", "-c", commands]);
  const refused = mounted.code === null || mounted.code === NO_MOUNT || mounted.output.startsWith("unshare:");
  if (!refused) return { failed: mounted.code !== 0, output: mounted.output };
  rmSync(folder, { recursive: true });
  const plain = await run(process.execPath, [SCRIPT]);
  return {
    failed: plain.code !== 0,
    output: `no mount name spaces here: ${mounted.output.trim()}\n${plain.output}`,
  };
};
