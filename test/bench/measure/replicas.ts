import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { World } from "../world/start.ts";
import { BUILT, environmentFor } from "./program.ts";
import { readUsage, USAGE_HOOK } from "./run-measured.ts";

export interface PassEnd {
  /** By `performance.now()`. */
  readonly at: number;
  readonly lineages: number;
  readonly failed: number;
}

export interface Replicas {
  /** The next pass that ends, whichever replica says so. */
  nextPass(withinMs: number): Promise<PassEnd>;
  /** Stops all, and says what they have used together since they were started. */
  stop(): Promise<{ readonly cpuSeconds: number; readonly rssMiB: number }>;
}

export interface ReplicasOptions {
  readonly world: World;
  readonly folder: string;
  readonly count: number;
  readonly policyFile: string;
  readonly redisUrl: string | undefined;
}

const passEndIn = (line: string): Omit<PassEnd, "at"> | undefined => {
  if (!line.includes('"pass finished')) return undefined;
  const { lineages = 0, failed = 0 } = JSON.parse(line) as { lineages?: number; failed?: number };
  return { lineages, failed };
};

/** So many processes of `run`, as they would run on so many machines. */
export const startReplicas = (options: ReplicasOptions): Replicas => {
  const { world, folder, count, policyFile, redisUrl } = options;
  const waiting: ((end: PassEnd) => void)[] = [];
  const last: string[] = [];
  const hear = (line: string): void => {
    last.push(line);
    if (last.length > 20) last.shift();
    const end = passEndIn(line);
    if (end !== undefined) for (const tell of waiting.splice(0)) tell({ ...end, at: performance.now() });
  };
  const usageOf = (index: number): string => join(folder, `replica-${count}-${index}.json`);
  const children: readonly ChildProcess[] = Array.from({ length: count }, (_, index) => {
    const child = spawn(process.execPath, ["--import", USAGE_HOOK, BUILT, "run", "--policy", policyFile], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        TMPDIR: folder,
        LOG_FORMAT: "json",
        BENCH_USAGE: usageOf(index),
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
        ...environmentFor(world, String(index + 1)),
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", hear);
    return child;
  });
  const ended = children.map((child) => once(child, "close"));
  return {
    nextPass: (withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`no pass ended within ${withinMs / 1_000} s:\n${last.join("\n")}`)),
          withinMs,
        );
        waiting.push((end) => {
          clearTimeout(timer);
          resolve(end);
        });
      }),
    stop: async () => {
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(ended);
      const usages = children.map((_, index) => readUsage(usageOf(index)));
      return {
        cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds ?? Number.NaN), 0),
        rssMiB: usages.reduce((sum, { rssBytes }) => sum + (rssBytes ?? Number.NaN) / 2 ** 20, 0),
      };
    },
  };
};
