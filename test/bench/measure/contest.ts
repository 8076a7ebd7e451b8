import type { Seen, World } from "../world/start.ts";
import type { Bench } from "./bench.ts";
import type { Run } from "./result.ts";
import type { Measured } from "./run-measured.ts";
import { median } from "./statistics.ts";

export interface Contender {
  readonly name: string;
  run(): Promise<Measured>;
  /** What is wrong with what it did, if anything is. */
  check?(measured: Measured, seen: Seen): string | undefined;
  /** Numbers of its own beside those that all have. */
  extra?(seen: Seen, measured: Measured): Readonly<Record<string, number>>;
  /** For those that take minutes; default as all. */
  readonly rounds?: number;
}

export interface Contest {
  readonly runs: readonly Run[];
  readonly problems: readonly string[];
}

/** Every contender in turn, round after round, so that what slows the machine for a while slows all. */
export const compete = async (
  bench: Bench,
  world: World,
  contenders: readonly Contender[],
): Promise<Contest> => {
  const runs: Run[] = [];
  const problems: string[] = [];
  for (let round = 1; round <= bench.rounds; round += 1)
    for (const contender of contenders) {
      if (round > (contender.rounds ?? bench.rounds)) continue;
      await world.reset();
      const measured = await contender.run();
      const seen = await world.seen();
      const { seconds, cpuSeconds, rssMiB } = measured;
      const problem = failureOf(measured) ?? contender.check?.(measured, seen);
      runs.push({
        contender: contender.name,
        round,
        problem,
        seconds,
        cpuSeconds,
        rssMiB,
        gitlabRequests: seen.gitlab.requests,
        awsRequests: seen.aws.requests,
        gitlabServerCpuSeconds: seen.gitlab.cpuSeconds,
        awsServerCpuSeconds: seen.aws.cpuSeconds,
        refused: seen.gitlab.refused,
        throttled: seen.aws.throttled,
        ...contender.extra?.(seen, measured),
      });
      bench.tell(
        `  ${contender.name}, round ${round}: ${seconds.toFixed(2)} s, ${cpuSeconds?.toFixed(2) ?? "?"} s of CPU, ${seen.gitlab.requests} + ${seen.aws.requests} requests`,
      );
      if (problem !== undefined) problems.push(`${contender.name}, round ${round}: ${problem}`);
    }
  return { runs, problems };
};

const failureOf = ({ code, stderr, stdout }: Measured): string | undefined =>
  code === 0 ? undefined : `it ended with code ${code}: ${(stderr.trim() || stdout.trim()).slice(-400)}`;

export const hasFailed = (runs: readonly Run[], contender: string): boolean =>
  runs.some((run) => run.contender === contender && run.problem !== undefined);

export const valuesOf = (runs: readonly Run[], contender: string, measure: string): readonly number[] =>
  runs
    .filter((run) => run.contender === contender)
    .map((run) => run[measure])
    .filter((value) => typeof value === "number");

/** NaN for one that failed: what did not do its work may have been fast. */
export const medianOf = (runs: readonly Run[], contender: string, measure: string): number =>
  hasFailed(runs, contender) ? Number.NaN : median(valuesOf(runs, contender, measure));
