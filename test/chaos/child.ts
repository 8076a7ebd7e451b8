import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Happening } from "./chronicle.ts";
import type { Doom } from "./doom.ts";
import type { Exchange } from "./wire.ts";
import { openWire, type Wire } from "./wire.ts";
import type { World } from "./world.ts";

const LAST_RESORT = 30_000;
const MAIN = new URL("../../dist/main.js", import.meta.url).pathname;

/** A run that is broken off must leave no process behind, a frozen one least of all. */
const started = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

export interface ChildOptions {
  readonly name: string;
  readonly world: World;
  /** In place of the built program. */
  readonly script?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly args: readonly string[];
  readonly doom: Doom | undefined;
  /** Whatever it is at then, it is killed; `run` is asked to stop first half of the time. */
  readonly patienceMs: number;
  readonly askedToStop: boolean;
  readonly latency: () => number;
  readonly swallows: () => boolean;
  readonly witness: {
    arrived(exchange: Exchange): Happening;
    settled(exchange: Exchange, status: number | undefined): Happening;
  };
  readonly onHappening: (happening: Happening) => void;
  readonly onFate: (fate: "killed" | "frozen" | "woken", why: string) => void;
}

export interface Child {
  readonly name: string;
  readonly process: ChildProcess;
  readonly wire: Wire;
  /** Shows it what was seen in the store's folder. */
  see(happening: Happening): void;
  readonly ended: Promise<Ending>;
}

export interface Ending {
  readonly code: number | null;
  readonly output: string;
  readonly stdout: string;
  readonly frozen: boolean;
}

const start = (
  { world, script = MAIN, args, env }: ChildOptions,
  url: string,
): { process: ChildProcess; output: () => Pick<Ending, "output" | "stdout"> } => {
  const process_ = spawn(process.execPath, [script, ...args], {
    cwd: world.folder,
    env: { ...world.env, ...env, GITLAB_BASE_URL: url, AWS_ENDPOINT_URL_SECRETS_MANAGER: url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, stdout] = ["", ""];
  process_.stdout.on("data", (chunk: string) => {
    stdout += chunk;
  });
  for (const stream of [process_.stdout, process_.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  return { process: process_, output: () => ({ output, stdout }) };
};

/** The built program as a process of its own, between whose doings and the simulators' we stand. */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { name, doom, witness, onHappening, onFate } = options;
  let child: ChildProcess | undefined;
  let state: "running" | "doomed" | "gone" = "running";
  let frozen = false;
  let patience: NodeJS.Timeout | undefined;
  const isGone = (): boolean => state === "gone";

  const kill = (why: string): void => {
    if (isGone() || child?.exitCode !== null || child.signalCode !== null) return;
    state = "gone";
    onFate("killed", why);
    child.kill("SIGKILL");
  };
  const freeze = async ({ frozenMs, thenKilled, text }: Doom): Promise<void> => {
    if (isGone() || child?.exitCode !== null || child.signalCode !== null) return;
    frozen = true;
    child.kill("SIGSTOP");
    onFate("frozen", `${text}, for ${frozenMs} ms`);
    await sleep(frozenMs);
    if (thenKilled) return kill("frozen, and killed before it woke up");
    child.kill("SIGCONT");
    onFate("woken", text);
  };
  const strike = async (doomed: Doom): Promise<void> => {
    state = "doomed";
    if (doomed.delayMs > 0) await sleep(doomed.delayMs);
    if (doomed.how === "kill") kill(doomed.text);
    else await freeze(doomed);
  };
  /** True when this was the happening that its doom waits for. */
  const see = (happening: Happening): boolean => {
    if (doom === undefined || state !== "running" || !doom.at(happening)) return false;
    void strike(doom);
    return true;
  };

  const runOut = (): void => {
    if (options.askedToStop) child?.kill("SIGTERM");
    else kill("its time is up");
  };

  const wire = await openWire({
    ...options.world,
    child: name,
    origins: { gitlab: options.world.gitlab.url, aws: options.world.aws?.url },
    latency: options.latency,
    swallows: options.swallows,
    onArrived: (exchange) => {
      // Counted from its first request: a busy machine may take seconds to get a process that far.
      patience ??= setTimeout(runOut, options.patienceMs);
      const happening = witness.arrived(exchange);
      onHappening(happening);
      return !(see(happening) && doom?.losesRequest === true);
    },
    onSettled: (exchange, status) => {
      const happening = witness.settled(exchange, status);
      onHappening(happening);
      see(happening);
    },
  });
  const { process: spawned, output } = start(options, wire.url);
  child = spawned;
  started.add(spawned);
  const lastResort = setTimeout(() => kill("it does not end"), options.patienceMs + LAST_RESORT);
  const end = async (): Promise<Ending> => {
    const [code] = (await once(spawned, "close")) as [number | null];
    state = "gone";
    started.delete(spawned);
    clearTimeout(patience);
    clearTimeout(lastResort);
    return { code, ...output(), frozen };
  };
  return { name, process: spawned, wire, see: (happening) => void see(happening), ended: end() };
};
