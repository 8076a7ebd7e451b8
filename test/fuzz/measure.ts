/** `npm run test:fuzz`: the fuzz tests many times over, then time and memory of the worst inputs known, each in a process of its own. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { WORST } from "./worst-inputs.ts";

const MOST_MILLISECONDS = 1_000;
const MOST_MEGABYTES = 200;

const seed = Number(process.env["FUZZ_SEED"] ?? randomInt(2 ** 31));
const factor = Number(process.env["FUZZ_RUNS"] ?? 20);
console.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${factor}`);

const vitest = new URL("../../node_modules/vitest/vitest.mjs", import.meta.url).pathname;
const fuzz = spawnSync(process.execPath, [vitest, "run", "test/fuzz", `--testTimeout=${factor * 60_000}`], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_SEED: String(seed), FUZZ_RUNS: String(factor) },
});

const worst = new URL("worst-inputs.ts", import.meta.url).pathname;
const measured = (name: string): { milliseconds: number; megabytes: number; outcome: string } => {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [worst, name], { encoding: "utf8" });
  if (status === 0) return JSON.parse(stdout);
  return {
    milliseconds: Number.POSITIVE_INFINITY,
    megabytes: Number.POSITIVE_INFINITY,
    outcome: String(error ?? stderr),
  };
};
const fits = ({ milliseconds, megabytes }: ReturnType<typeof measured>): boolean =>
  milliseconds < MOST_MILLISECONDS && megabytes < MOST_MEGABYTES;

const tooMuch = Object.keys(WORST).filter((name) => {
  // Who shares the processor's caches makes an input slower, never faster: the best of three counts.
  let best = measured(name);
  for (let again = 0; again < 2 && !fits(best); again += 1) {
    const other = measured(name);
    if (other.milliseconds < best.milliseconds) best = other;
  }
  const { milliseconds, megabytes, outcome } = best;
  const bad = !fits(best);
  console.log(
    `${bad ? "!!" : "ok"} ${String(milliseconds).padStart(6)} ms ${String(megabytes).padStart(5)} MB  ${name}: ${outcome}`,
  );
  return bad;
});
console.log(
  `${Object.keys(WORST).length} worst inputs, ${tooMuch.length} too slow or too large; FUZZ_SEED=${seed}`,
);
process.exitCode = fuzz.status === 0 && tooMuch.length === 0 ? 0 : 1;
