import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runDaemon } from "../../src/daemon.ts";
import { createLogger } from "../../src/logger.ts";
import type { Program } from "../../src/program.ts";
import { readSettings } from "../../src/settings.ts";

/**
 * `run`, as src/main.ts has it, with what only tests change: `node replica.ts POLICY '{"lock":2000}' 9.9.9`, shorter times and
 * another version.
 */
const [policy = "rotation.yaml", timing = "{}", version] = process.argv.slice(2);
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
const program: Program = {
  argv: [],
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  clock: {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (duration, signal) => sleep(duration, undefined, signal && { signal }),
  },
  random: (max) => randomInt(max + 1),
  readFile: (path) => readFileSync(path),
  stop: stop.signal,
  onReload: (listener) => process.on("SIGHUP", listener),
};
const settings = readSettings(process.env, (path) => readFileSync(path, "utf8"));
const logger = await createLogger({ level: settings.logLevel, format: "json", stream: process.stderr });
const historyFile = process.env["REPLICA_HISTORY"];
process.exitCode = await runDaemon(program, {
  settings,
  file: policy,
  logger,
  version,
  historyFile,
  fleetTiming: JSON.parse(timing),
});
if (stop.signal.aborted) process.exit();
