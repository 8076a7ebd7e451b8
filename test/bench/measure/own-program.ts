import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Program } from "../../../src/program.ts";

/** As `main.ts` makes it, for what is measured inside a process of our own. */
export const ownProgram = (): Program => ({
  argv: [],
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  clock: {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (duration, signal) =>
      duration === 0
        ? setImmediate(undefined, signal && { signal })
        : setTimeout(duration, undefined, signal && { signal }),
  },
  random: (max) => randomInt(max + 1),
  readFile: (path) => readFileSync(path),
  stop: new AbortController().signal,
  onReload: () => {},
});
