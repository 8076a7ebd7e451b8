import { spawnSync } from "node:child_process";
import type { Scenario } from "../measure/bench.ts";
import { medianOf } from "../measure/contest.ts";
import { BUILT, writePolicy } from "../measure/program.ts";
import type { Goal, Run } from "../measure/result.ts";
import { tableOf } from "../measure/table.ts";
import { number } from "../measure/words.ts";

const BASE = "node -e 0";
const TIMES = 40;
const MOST = { "--version": 30, "--help": 30, validate: 100 } as const;

export const coldStart: Scenario = {
  letter: "f",
  title: "Cold start",
  run: async (bench) => {
    const file = writePolicy(bench.folder, { concurrency: 8, requestsPerSecond: 25 });
    const commands: readonly (readonly [string, readonly string[]])[] = [
      [BASE, ["-e", "0"]],
      ["--version", [BUILT, "--version"]],
      ["--help", [BUILT, "--help"]],
      ["validate", [BUILT, "validate", "--policy", file]],
    ];
    const { PATH } = process.env;
    const env = { PATH, HOME: bench.folder, TMPDIR: bench.folder, NO_COLOR: "1" };
    const runs: Run[] = [];
    const problems: string[] = [];
    const times = bench.quick ? 2 : TIMES;
    // The first round fills the caches of the disk, and of compiled code where there is one.
    for (let round = 0; round <= times; round += 1)
      for (const [contender, args] of commands) {
        const began = performance.now();
        const { status, stderr } = spawnSync(process.execPath, args, { cwd: bench.folder, env });
        const milliseconds = performance.now() - began;
        if (round > 0) runs.push({ contender, round, milliseconds });
        if (status !== 0) problems.push(`${contender} ended with code ${status}: ${stderr}`);
      }
    const above = (contender: string): number =>
      medianOf(runs, contender, "milliseconds") - medianOf(runs, BASE, "milliseconds");
    for (const name of Object.keys(MOST)) bench.tell(`  ${name}: ${number(above(name))} ms above ${BASE}`);
    return {
      goals: Object.entries(MOST).map(
        ([name, most]): Goal => ({
          what: `cold start of ${name}, above ${BASE}`,
          wanted: `at most ${most} ms`,
          measured: number(above(name), "ms"),
          met: above(name) <= most,
        }),
      ),
      tables: [
        tableOf(`${times} runs of each in turn, after one that does not count`, runs, [
          { title: "milliseconds", measure: "milliseconds" },
          { title: `above ${BASE}`, measure: (contender) => number(above(contender)) },
        ]),
      ],
      runs,
      notes: [],
      problems,
    };
  },
};
