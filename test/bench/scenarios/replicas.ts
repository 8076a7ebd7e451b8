import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Scenario } from "../measure/bench.ts";
import { medianOf } from "../measure/contest.ts";
import { BUILT, writePolicy } from "../measure/program.ts";
import { findRedisServer, startRedis } from "../measure/redis.ts";
import { startReplicas } from "../measure/replicas.ts";
import type { Result, Run } from "../measure/result.ts";
import { AWS, GITLAB, tableOf } from "../measure/table.ts";
import { number, ratio } from "../measure/words.ts";
import { lineages } from "../world/estate.ts";
import { present, startWorld, type World } from "../world/start.ts";

const COUNTS = [1, 2, 4] as const;
const CONCURRENCY = 16;

/** The engines whose policies the built program takes; `run` alone makes its passes with `local`. */
const ENGINES = {
  local: "",
  bullmq: "engine: { type: bullmq, name: bench }\n",
} as const;

const everySeconds = (seconds: number, engine: keyof typeof ENGINES) => ({
  concurrency: CONCURRENCY,
  cron: `*/${seconds} * * * * *`,
  more: ENGINES[engine],
});

const hasEngine = (bench: Bench): boolean => {
  const file = writePolicy(bench.folder, everySeconds(30, "bullmq"));
  const env = { PATH: process.env["PATH"], REDIS_URL: "redis://127.0.0.1:6379/0" };
  return spawnSync(process.execPath, [BUILT, "validate", "--policy", file], { env }).status === 0;
};

/** Milliseconds until the next tick of a cron of every so many seconds; one that is about to come is left out. */
const untilTick = (seconds: number, now: number): number => {
  const period = seconds * 1_000;
  const rest = period - (now % period);
  return rest > 500 ? rest : rest + period;
};

interface Fleet {
  readonly world: World;
  readonly count: number;
  readonly engine: keyof typeof ENGINES;
  readonly redisUrl: string | undefined;
  /** Seconds from tick to tick. */
  readonly period: number;
}

const nameOf = (count: number, engine: keyof typeof ENGINES): string =>
  `${count} process${count === 1 ? "" : "es"} of run, engine ${engine}`;

/** The pass at start does not count: some replicas are still starting. */
const measure = async (
  bench: Bench,
  { world, count, engine, redisUrl, period }: Fleet,
): Promise<{ readonly runs: readonly Run[]; readonly problems: readonly string[] }> => {
  const policyFile = writePolicy(bench.folder, everySeconds(period, engine));
  const replicas = startReplicas({ world, folder: bench.folder, count, policyFile, redisUrl });
  const contender = nameOf(count, engine);
  const runs: Run[] = [];
  const problems: string[] = [];
  try {
    await replicas.nextPass(period * 3_000);
    for (let round = 1; round <= bench.rounds; round += 1) {
      const wait = untilTick(period, Date.now());
      const tick = performance.now() + wait;
      await sleep(wait - 200);
      await world.reset();
      const end = await replicas.nextPass(period * 3_000);
      const seen = await world.seen();
      const seconds = (end.at - tick) / 1_000;
      runs.push({
        contender,
        round,
        seconds,
        gitlabRequests: seen.gitlab.requests,
        awsRequests: seen.aws.requests,
      });
      bench.tell(`  ${contender}, round ${round}: ${seconds.toFixed(2)} s, ${seen.gitlab.requests} requests`);
      if (end.lineages !== lineages(world.estate) || end.failed > 0)
        problems.push(`${contender}, round ${round}: ${end.lineages} lineages, ${end.failed} failed`);
    }
  } catch (error) {
    problems.push(`${contender}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    const { cpuSeconds, rssMiB } = await replicas.stop();
    bench.tell(`  ${contender}: ${number(cpuSeconds)} s of CPU since the start, ${number(rssMiB)} MiB`);
  }
  return { runs, problems };
};

const resultOf = (
  { runs, problems }: { readonly runs: readonly Run[]; readonly problems: readonly string[] },
  title: string,
  notes: readonly string[],
): Result => {
  const alone = medianOf(runs, nameOf(1, "bullmq"), "seconds");
  return {
    goals: [],
    tables: [
      tableOf(title, runs, [
        { title: "tick to end of pass, s", measure: "seconds" },
        {
          title: "of one process with the engine",
          measure: (contender) => ratio(medianOf(runs, contender, "seconds") / alone),
        },
        GITLAB,
        AWS,
      ]),
    ],
    runs,
    notes,
    problems,
  };
};

export const replicas: Scenario = {
  letter: "h",
  title: "Many processes",
  run: async (bench) => {
    const projects = bench.quick ? 100 : 10_000;
    const period = bench.quick ? 5 : 30;
    const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
    const latency = bench.quick ? 2 : 20;
    await using world = await startWorld({ estate, admin: false, limit: undefined, limited: false, latency });
    const title = `${number(projects)} projects with 2 tokens each, ${latency} ms latency, ${CONCURRENCY} at once in each process, no quota`;
    const local = await measure(bench, { world, count: 1, engine: "local", redisUrl: undefined, period });
    const server = findRedisServer();
    if (server === undefined || !hasEngine(bench)) {
      const missing =
        server === undefined ? "no redis-server or valkey-server is found" : "the program has no such engine";
      return resultOf(local, title, [`Without engine bullmq: ${missing}.`]);
    }
    const runs = [...local.runs];
    const problems = [...local.problems];
    for (const count of bench.quick ? [2] : COUNTS) {
      // A Redis of its own for each, so that nothing is left of the one before.
      await using redis = await startRedis(server, bench.folder);
      const fleet = await measure(bench, { world, count, engine: "bullmq", redisUrl: redis.url, period });
      runs.push(...fleet.runs);
      problems.push(...fleet.problems);
    }
    return resultOf({ runs, problems }, title, [
      "All on this one machine, which the servers and Redis share: with fewer cores than processes, more of them gain little.",
    ]);
  },
};
