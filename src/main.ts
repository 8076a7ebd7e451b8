#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";

// Checked before anything else is loaded: older versions fail in the libraries, with words that help nobody.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `deploy-token-rotator needs Node.js 22.19 or later; this is ${process.versions.node}\n`,
  );
  process.exit(78);
}
const { runCli } = await import("./cli.ts");

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
// Whoever reads our output may leave first (`| head`): that is no failure of ours.
process.stdout.on("error", () => process.exit(0));

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  // Opened when something is asked only: an open terminal would keep the process alive.
  get stdin() {
    return process.stdin;
  },
  clock: {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (duration, signal) =>
      duration === 0
        ? setImmediate(undefined, signal && { signal })
        : setTimeout(duration, undefined, signal && { signal }),
  },
  // Loaded when it is first needed: that takes longer than all of `--help`.
  random: (max) => process.getBuiltinModule("node:crypto").randomInt(max + 1),
  readFile: (path) => readFileSync(path),
  stop: stop.signal,
  onReload: (listener) => process.on("SIGHUP", listener),
});

// A request that hangs must not keep a process alive that was asked to stop.
if (stop.signal.aborted) process.exit();
