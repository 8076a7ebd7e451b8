import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

export interface ProgramOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is started; the sources unless given. */
  readonly main?: string;
  /** Told of the process as soon as there is one. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real process, with nothing of this machine's environment but what it needs to start. */
export const runProgram = async (
  args: readonly string[],
  { folder, env, main = MAIN, onStart }: ProgramOptions,
): Promise<Ended> => {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const own = { PATH, NODE_COMPILE_CACHE, HOME: folder, TMPDIR: folder, NO_COLOR: "1" };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...own, ...env } });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  onStart?.(child);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
};
