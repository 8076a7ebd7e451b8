import type { Bench, Scenario } from "../measure/bench.ts";
import { type Contender, compete, medianOf, valuesOf } from "../measure/contest.ts";
import { runProgram } from "../measure/program.ts";
import type { Goal, Run } from "../measure/result.ts";
import type { Measured } from "../measure/run-measured.ts";
import { keptAll } from "../measure/sanity.ts";
import { highest } from "../measure/statistics.ts";
import { CPU, GITLAB, REFUSED, SECONDS, tableOf } from "../measure/table.ts";
import { number, ratio } from "../measure/words.ts";
import { lineages } from "../world/estate.ts";
import type { Limit } from "../world/rate-limit.ts";
import { present, type Seen, startWorld, type World } from "../world/start.ts";

const RATE = 25;
const MOST_LONGER = 1.05;

const together = (all: readonly Measured[]): Measured => {
  const sum = (values: readonly (number | undefined)[]): number =>
    values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);
  return {
    code: all.find(({ code }) => code !== 0)?.code ?? 0,
    seconds: highest(all.map(({ seconds }) => seconds)),
    cpuSeconds: sum(all.map(({ cpuSeconds }) => cpuSeconds)),
    rssMiB: sum(all.map(({ rssMiB }) => rssMiB)),
    stdout: all[0]?.stdout ?? "",
    stderr: all.map(({ stderr }) => stderr).join("\n"),
  };
};

const TELLS = { always: "every answer tells what is left", refusals: "only refusals tell" } as const;

const nameOf = (processes: number, { tells, burst }: Limit): string =>
  `${processes} process${processes === 1 ? "" : "es"}, burst ${burst}, ${TELLS[tells]}`;

/** What the quota gives, evenly: the burst is there for whoever came before us as well. */
const againstQuota = ({ gitlab }: Seen): Record<string, number> => {
  const answered = gitlab.requests - gitlab.refused;
  const quota = (answered - 1) / RATE;
  return {
    quota,
    span: gitlab.lastAt - gitlab.firstAt,
    longer: (gitlab.lastAt - gitlab.firstAt) / quota,
    bounces: gitlab.mostBounces,
  };
};

const contendersIn = (bench: Bench, world: World, limit: Limit): readonly Contender[] =>
  [1, 2].map((processes) => ({
    name: nameOf(processes, limit),
    run: async () =>
      together(
        await Promise.all(
          Array.from({ length: processes }, (_, index) =>
            runProgram({
              world,
              folder: bench.folder,
              command: "plan",
              policy: { concurrency: 8, requestsPerSecond: RATE },
              caller: String(index + 1),
            }),
          ),
        ),
      ),
    check: keptAll(lineages(world.estate)),
    extra: againstQuota,
  }));

const goalsFrom = (runs: readonly Run[], names: readonly string[]): readonly Goal[] => {
  const bounces = highest(names.flatMap((name) => valuesOf(runs, name, "bounces")));
  const worst = (processes: string): Goal => {
    const longer = highest(
      names.filter((name) => name.startsWith(processes)).map((name) => medianOf(runs, name, "longer")),
    );
    return {
      what: `a quota of ${RATE} a second, ${processes}: time`,
      wanted: `at most ${MOST_LONGER.toFixed(2)} x what the quota says`,
      measured: `${ratio(longer)} x`,
      met: longer <= MOST_LONGER,
    };
  };
  return [
    worst("1 process"),
    worst("2 processes"),
    {
      what: "and how often one request is refused in a row",
      wanted: "at most once",
      measured: number(bounces),
      met: bounces <= 1,
    },
  ];
};

export const quota: Scenario = {
  letter: "g",
  title: "A quota, alone and shared",
  run: async (bench) => {
    const projects = bench.quick ? 30 : 400;
    const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
    const latency = bench.quick ? 2 : 20;
    const limits: readonly Limit[] = [
      { rate: RATE, burst: RATE, tells: "always" },
      ...(bench.quick ? [] : ([{ rate: RATE, burst: 2 * RATE, tells: "refusals" }] as const)),
    ];
    const runs: Run[] = [];
    const problems: string[] = [];
    for (const limit of limits) {
      await using world = await startWorld({ estate, admin: false, limit, limited: true, latency });
      const contest = await compete(bench, world, contendersIn(bench, world, limit));
      runs.push(...contest.runs);
      problems.push(...contest.problems);
    }
    const names = [...new Set(runs.map(({ contender }) => contender))];
    return {
      goals: goalsFrom(runs, names),
      tables: [
        tableOf(
          `${number(projects)} projects with 2 tokens each, ${latency} ms latency, ${RATE} requests a second at GitLab and in each policy`,
          runs,
          [
            { title: "first to last request, s", measure: "span" },
            { title: "by the quota, s", measure: "quota" },
            { title: "ratio", measure: "longer" },
            REFUSED,
            { title: "refused in a row", measure: "bounces" },
            SECONDS,
            CPU,
            GITLAB,
          ],
        ),
      ],
      runs,
      notes: [
        "By the quota: every answered request at the rate, without the burst. Two processes have an access token each, so that a request of one is not taken for the other's.",
      ],
      problems,
    };
  },
};
