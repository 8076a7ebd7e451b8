import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface MeasuredCommand {
  /** Node's own options go first, e.g. `--cpu-prof`. */
  readonly args: readonly string[];
  readonly folder: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Not Node: then no CPU time and no memory is known. */
  readonly command?: string;
}

export interface Measured {
  readonly code: number | null;
  /** From before the process was started until it had ended. */
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
  readonly rssMiB: number | undefined;
  /** The end of what it wrote; a plan of a large estate is megabytes long. */
  readonly stdout: string;
  readonly stderr: string;
}

export const USAGE_HOOK = new URL("usage-hook.mjs", import.meta.url).pathname;
const KEPT = 4_096;

const keepTail = (stream: NodeJS.ReadableStream): (() => string) => {
  let tail = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    tail = (tail + chunk).slice(-KEPT);
  });
  return () => tail;
};

interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** What the hook wrote, which is gone then. */
export const readUsage = (file: string): Partial<Usage> => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Killed, or out of memory: it could not say.
    return {};
  } finally {
    rmSync(file, { force: true });
  }
};

let started = 0;

/** One process from its start to its end, with nothing of this machine's environment but what it needs. */
export const runMeasured = async ({ args, folder, env, command }: MeasuredCommand): Promise<Measured> => {
  started += 1;
  const usageFile = join(folder, `usage-${process.pid}-${started}.json`);
  const { PATH } = process.env;
  const own = { PATH, HOME: folder, TMPDIR: folder, NO_COLOR: "1", BENCH_USAGE: usageFile };
  const hooked = command === undefined ? ["--import", USAGE_HOOK, ...args] : args;
  const began = performance.now();
  const child = spawn(command ?? process.execPath, hooked, {
    cwd: folder,
    env: { ...own, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = keepTail(child.stdout);
  const stderr = keepTail(child.stderr);
  const [code] = (await once(child, "close")) as [number | null];
  const seconds = (performance.now() - began) / 1_000;
  const { cpuSeconds, rssBytes } = readUsage(usageFile);
  return {
    code,
    seconds,
    cpuSeconds,
    rssMiB: rssBytes === undefined ? undefined : rssBytes / 2 ** 20,
    stdout: stdout(),
    stderr: stderr(),
  };
};
