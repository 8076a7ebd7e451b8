import { barePool, hasPythonGitlab, peers, poolName } from "../contenders/contenders.ts";
import type { Bench, Scenario } from "../measure/bench.ts";
import { type Contender, compete, medianOf, valuesOf } from "../measure/contest.ts";
import { runProgram } from "../measure/program.ts";
import type { Goal, Run } from "../measure/result.ts";
import { between, keptAll } from "../measure/sanity.ts";
import { highest } from "../measure/statistics.ts";
import { AWS, type Column, CPU, GITLAB, RSS, SECONDS, tableOf } from "../measure/table.ts";
import { number, ratio } from "../measure/words.ts";
import { lineages } from "../world/estate.ts";
import { present, startWorld, type World } from "../world/start.ts";

const AT_ONCE = [
  { concurrency: 8, most: 1.1 },
  { concurrency: 16, most: 1.1 },
  { concurrency: 32, most: 1.2 },
] as const;

const MOST_CPU = 6;
const MOST_RSS = 200;

const ours = (command: "plan" | "apply", concurrency: number): string =>
  `ours, ${command}, ${concurrency} at once`;

/** What an idle pass may ask at most: beside the lists, the group, its pages, and the access token's own entry. */
export const mostRequests = (projects: number): number => projects + Math.ceil(projects / 100) + 10;

const contendersFor = (bench: Bench, world: World): readonly Contender[] => {
  const { folder } = bench;
  const { projects } = world.estate;
  const all = lineages(world.estate);
  const own = AT_ONCE.flatMap(({ concurrency }): readonly Contender[] => [
    barePool({ world, folder }, concurrency),
    ...(["plan", "apply"] as const).map(
      (command): Contender => ({
        name: ours(command, concurrency),
        run: () => runProgram({ world, folder, command, policy: { concurrency } }),
        check: (measured, seen) =>
          keptAll(all)(measured) ??
          between("GitLab requests", seen.gitlab.requests, [projects, mostRequests(projects)]) ??
          between("AWS requests", seen.aws.requests, [1, Math.ceil(all / 100) + 5]),
      }),
    ),
  ]);
  return [...own, ...peers({ world, folder })];
};

const goalsFrom = (runs: readonly Run[], projects: number): readonly Goal[] => {
  const plans = AT_ONCE.map(({ concurrency }) => ours("plan", concurrency));
  const worst = (measure: string): number => highest(plans.map((name) => medianOf(runs, name, measure)));
  const gitlab = highest(plans.flatMap((name) => valuesOf(runs, name, "gitlabRequests")));
  const aws = highest(plans.flatMap((name) => valuesOf(runs, name, "awsRequests")));
  return [
    ...AT_ONCE.map(({ concurrency, most }): Goal => {
      const [own, bare] = [ours("plan", concurrency), poolName(concurrency)].map((name) =>
        medianOf(runs, name, "seconds"),
      ) as [number, number];
      return {
        what: `an idle pass, a list per target, ${concurrency} at once, against the bare Pool`,
        wanted: `at most ${most.toFixed(2)} x`,
        measured: `${ratio(own / bare)} x (${number(own)} s against ${number(bare)} s)`,
        met: own / bare <= most,
      };
    }),
    {
      what: `its requests, of ${number(projects)} projects`,
      wanted: `at most ${number(mostRequests(projects))} to GitLab, ${number(projects / 50 + 5)} to AWS`,
      measured: `${number(gitlab)} and ${number(aws)}`,
      met: gitlab <= mostRequests(projects) && aws <= projects / 50 + 5,
    },
    {
      what: "its CPU time",
      wanted: `at most ${MOST_CPU} s`,
      measured: number(worst("cpuSeconds"), "s"),
      met: worst("cpuSeconds") <= MOST_CPU,
    },
    {
      what: "its peak memory (RSS)",
      wanted: `at most ${MOST_RSS} MiB`,
      measured: number(worst("rssMiB"), "MiB"),
      met: worst("rssMiB") <= MOST_RSS,
    },
  ];
};

/** Against the bare Pool of as many loops; peers have eight, or one and then eight to be held against. */
const againstPool = (runs: readonly Run[]): Column => ({
  title: "of the bare Pool",
  measure: (contender) => {
    const [, concurrency = 8] = /, (\d+) at once/.exec(contender) ?? [];
    return ratio(
      medianOf(runs, contender, "seconds") / medianOf(runs, poolName(Number(concurrency)), "seconds"),
    );
  },
});

export const idlePass: Scenario = {
  letter: "a",
  title: "An idle pass, a list per target",
  run: async (bench) => {
    const projects = bench.quick ? 200 : 10_000;
    const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
    const latency = bench.quick ? 2 : 20;
    await using world = await startWorld({ estate, admin: false, limit: undefined, limited: true, latency });
    const { runs, problems } = await compete(bench, world, contendersFor(bench, world));
    const columns = [SECONDS, againstPool(runs), CPU, RSS, GITLAB, AWS];
    const title = `${number(projects)} projects with 2 tokens each, ${latency} ms latency`;
    return {
      goals: goalsFrom(runs, projects),
      tables: [tableOf(title, runs, columns)],
      runs,
      notes: hasPythonGitlab() ? [] : ["python-gitlab is not installed on this machine."],
      problems,
    };
  },
};
