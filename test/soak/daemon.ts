import { readFileSync } from "node:fs";
import { PassThrough, Writable } from "node:stream";
import cron from "node-cron";
import { runCli } from "../../src/cli.ts";
import type { Program } from "../../src/program.ts";
import type { FastClock } from "./fast-clock.ts";

export interface DaemonOptions {
  readonly clock: FastClock;
  readonly env: Readonly<Record<string, string>>;
  readonly policyFile: string;
  readonly historyFile: string;
}

/** `run`, whole and real, in this process. */
export interface SoakedDaemon {
  readonly stop: AbortSignal;
  readonly stderr: Writable;
  reloadListeners(): number;
  /** A tick of its schedule; resolves at the end of the pass. */
  tick(): Promise<void>;
  /** SIGHUP. */
  reload(): void;
  /** Log lines by message. */
  readonly said: ReadonlyMap<string, number>;
  /** SIGTERM; resolves to the exit code. */
  end(): Promise<number>;
}

export const startSoakedDaemon = async (options: DaemonOptions): Promise<SoakedDaemon> => {
  const { clock, env, policyFile, historyFile } = options;
  const stop = new AbortController();
  const reloads: (() => void)[] = [];
  const said = new Map<string, number>();
  let onStarted = (): void => {};
  const started = new Promise<void>((resolve) => {
    onStarted = resolve;
  });
  const stderr = new Writable({
    write: (chunk, _, written) => {
      for (const line of String(chunk).split("\n").filter(Boolean)) {
        const { message } = JSON.parse(line) as { message: string };
        said.set(message, (said.get(message) ?? 0) + 1);
        if (message === "started") onStarted();
      }
      setImmediate(written);
    },
  });
  const program: Program = {
    argv: ["run", "--policy", policyFile, "--history", historyFile],
    env,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: new PassThrough(),
    stderr: stderr as unknown as NodeJS.WriteStream,
    clock,
    random: (max) => Math.floor(Math.random() * (max + 1)),
    readFile: (path) => readFileSync(path),
    stop: stop.signal,
    onReload: (listener) => void reloads.push(listener),
  };
  const ended = runCli(program);
  await Promise.race([
    started,
    ended.then((code) => {
      throw new Error(`the daemon ended with ${code} before it had started`);
    }),
  ]);
  return {
    stop: stop.signal,
    stderr,
    said,
    reloadListeners: () => reloads.length,
    // node-cron runs the daemon's own task, as at a tick.
    tick: async () => {
      const [task] = cron.getTasks().values();
      await task?.execute();
    },
    reload: () => {
      for (const reload of reloads) reload();
    },
    end: () => {
      stop.abort();
      return ended;
    },
  };
};
