import type { Scenario } from "../measure/bench.ts";
import { type Contender, compete, medianOf, valuesOf } from "../measure/contest.ts";
import { environmentFor, runProgram, writePolicy } from "../measure/program.ts";
import type { Goal, Run } from "../measure/result.ts";
import { runMeasured } from "../measure/run-measured.ts";
import { highest } from "../measure/statistics.ts";
import { AWS, CPU, GITLAB, SECONDS, THROTTLED, tableOf } from "../measure/table.ts";
import { number } from "../measure/words.ts";
import { present, type Seen, startWorld } from "../world/start.ts";
import { rateOf } from "./paced-pass.ts";

const LEAST = 47;
const LEAST_UNCAPPED = 65;
const DRIVER = new URL("../measure/rotate-uncapped.ts", import.meta.url).pathname;

const perSecond = ({ aws }: Seen): Record<string, number> => {
  const puts = aws.routes["PutSecretValue"];
  return puts === undefined ? {} : { rotations: rateOf(puts) };
};

const LIMITED = [8, 16] as const;
const limitedName = (concurrency: number): string => `AWS's limits in force, ${concurrency} at once`;
const UNCAPPED = "no limits, 8 at once";
const UNCAPPED_UNVERIFIED = "no limits, 8 at once, verify: off";

const goalsFrom = (runs: readonly Run[]): readonly Goal[] => {
  const names = LIMITED.map(limitedName);
  const throttled = highest(names.flatMap((name) => valuesOf(runs, name, "throttled")));
  const uncapped = medianOf(runs, UNCAPPED, "rotations");
  return [
    ...LIMITED.map((concurrency): Goal => {
      const rate = medianOf(runs, limitedName(concurrency), "rotations");
      return {
        what: `rotations under AWS's 50 writes a second, ${concurrency} at once`,
        wanted: `at least ${LEAST} a second`,
        measured: `${number(rate)} a second`,
        met: rate >= LEAST,
      };
    }),
    {
      what: "and ThrottlingExceptions",
      wanted: "none",
      measured: number(throttled),
      met: throttled === 0,
    },
    {
      what: "rotations without limits, 8 at once",
      wanted: `at least ${LEAST_UNCAPPED} a second`,
      measured: `${number(uncapped)} a second`,
      met: uncapped >= LEAST_UNCAPPED,
    },
  ];
};

export const rotations: Scenario = {
  letter: "e",
  title: "Rotations",
  run: async (bench) => {
    const due = bench.quick ? 40 : 1_000;
    const estate = { projects: due, tokensPerProject: 2, due, base: present() };
    const latency = bench.quick ? 2 : 20;
    const { folder } = bench;
    const options = { estate, admin: false, limit: undefined, latency };
    await using limited = await startWorld({ ...options, limited: true });
    await using unlimited = await startWorld({ ...options, limited: false });
    const allRotated = (wanted: string) => (measured: { readonly stdout: string }, seen: Seen) =>
      measured.stdout.includes(wanted) && seen.aws.routes["PutSecretValue"]?.answered === due
        ? undefined
        : `${seen.aws.routes["PutSecretValue"]?.answered ?? 0} of ${due} were stored: ${measured.stdout.slice(-300)}`;
    const underLimits = LIMITED.map(
      (concurrency): Contender => ({
        name: limitedName(concurrency),
        run: () => runProgram({ world: limited, folder, command: "apply", policy: { concurrency } }),
        check: allRotated(`${due} rotated`),
        extra: perSecond,
      }),
    );
    const without = (
      [
        [UNCAPPED, "auto"],
        [UNCAPPED_UNVERIFIED, "off"],
      ] as const
    ).map(
      ([name, verify]): Contender => ({
        name,
        run: () =>
          runMeasured({
            args: [DRIVER, writePolicy(folder, { concurrency: 8, verify })],
            folder,
            env: environmentFor(unlimited),
          }),
        check: allRotated(`${due} rotated, 0 failed`),
        extra: perSecond,
      }),
    );
    const first = await compete(bench, limited, underLimits);
    const second = await compete(bench, unlimited, without);
    const runs = [...first.runs, ...second.runs];
    return {
      goals: goalsFrom(runs),
      tables: [
        tableOf(`${number(due)} due of ${number(2 * due)}, ${latency} ms latency`, runs, [
          { title: "rotations a second", measure: "rotations" },
          SECONDS,
          THROTTLED,
          CPU,
          GITLAB,
          AWS,
        ]),
      ],
      runs,
      notes: [
        "Rotations a second: of PutSecretValue, from the first to the last, as AWS's side sees it. Each new token logs in before it is stored, but in the row that says `verify: off`.",
        "Without limits: the pace on our own side is lifted as well, which no policy can do, so these rows run the sources rather than what is built.",
      ],
      problems: [...first.problems, ...second.problems],
    };
  },
};
