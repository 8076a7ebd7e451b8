import { getEventListeners } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";
import cron from "node-cron";

export interface Measured {
  readonly stop: AbortSignal;
  readonly stderr: NodeJS.EventEmitter;
  /** Of the daemon. */
  readonly reloadListeners: () => number;
  readonly historyFile: string;
}

/** Connections that are being closed, and receivers' that are kept open for a second. */
const SETTLES_WITHIN = 1_200;

const collect = async (): Promise<void> => {
  if (globalThis.gc === undefined) throw new Error("run it as `npm run test:soak` does: with --expose-gc");
  // What is freed in one collection lets go of more: signals of their timers, sockets of their buffers.
  for (let times = 0; times < 3; times += 1) {
    // The kind that throws code away too: when else that happens differs from run to run, by megabytes.
    await globalThis.gc({ type: "major", execution: "async", flavor: "last-resort" });
    await sleep(10);
  }
};

const listenersOf = (emitter: NodeJS.EventEmitter): number =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

const resources = (): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    const name = `resource ${kind}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

/** Code apart, which is thrown away and read again. The newest objects are mostly this look's own. */
const heapSpaces = (): Readonly<Record<"heap" | "code", number>> => {
  const spaces = getHeapSpaceStatistics();
  const used = (names: readonly string[]): number =>
    spaces
      .filter(({ space_name: name }) => names.includes(name))
      .reduce((sum, { space_used_size: size }) => sum + size, 0);
  return {
    heap: used(["old_space", "large_object_space"]),
    code: used(["code_space", "code_large_object_space", "trusted_space", "trusted_large_object_space"]),
  };
};

/** How much there is of everything that a daemon could pile up. */
export const measure = async ({
  stop,
  stderr,
  reloadListeners,
  historyFile,
}: Measured): Promise<Readonly<Record<string, number>>> => {
  await sleep(SETTLES_WITHIN);
  await collect();
  const { external, rss } = process.memoryUsage();
  return {
    ...heapSpaces(),
    external,
    rss,
    // One of them is the folder's that is read.
    "file handles": readdirSync("/proc/self/fd").length - 1,
    "process listeners": listenersOf(process),
    "stop listeners": getEventListeners(stop, "abort").length,
    "log listeners": listenersOf(stderr),
    "reload listeners": reloadListeners(),
    "cron tasks": cron.getTasks().size,
    "history file": sizeOf(historyFile),
    "notification memory": sizeOf(`${historyFile}.notify.json`),
    ...resources(),
  };
};
