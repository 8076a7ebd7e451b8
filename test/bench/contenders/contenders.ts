import { spawnSync } from "node:child_process";
import type { Contender } from "../measure/contest.ts";
import { environmentFor } from "../measure/program.ts";
import { type Measured, runMeasured } from "../measure/run-measured.ts";
import { lineages, projectId } from "../world/estate.ts";
import type { World } from "../world/start.ts";

const script = (name: string): string => new URL(name, import.meta.url).pathname;

interface Place {
  readonly world: World;
  readonly folder: string;
}

const runScript = ({ world, folder }: Place, args: readonly string[]): Promise<Measured> =>
  runMeasured({ args, folder, env: environmentFor(world) });

export const poolName = (concurrency: number): string => `bare Pool, ${concurrency} at once`;

/** The requests of an idle pass over undici's Pool, by so many loops, and nothing else. */
export const barePool = (place: Place, concurrency: number): Contender => {
  const { projects } = place.world.estate;
  const args = ["lists", concurrency, projectId(0), projects].map(String);
  return { name: poolName(concurrency), run: () => runScript(place, [script("pool.ts"), ...args]) };
};

/** The pages of the instance's list, by so many loops. */
export const instanceLoops = (place: Place, concurrency: number): Contender => {
  const args = ["instance", concurrency, 0, lineages(place.world.estate)].map(String);
  return {
    name: `${concurrency} bare loops over GET /deploy_tokens`,
    run: () => runScript(place, [script("pool.ts"), ...args]),
  };
};

export const LIST_SECRETS = "ListSecrets alone, through the SDK";

export const listSecrets = (place: Place): Contender => ({
  name: LIST_SECRETS,
  run: () => runScript(place, [script("list-secrets.ts"), String(lineages(place.world.estate))]),
});

const gitbeaker = (place: Place, limiter: "default" | "raised"): Contender => ({
  name: `gitbeaker, 8 at once, its ${limiter === "default" ? "own limiter" : "limiter raised"}`,
  run: () => runScript(place, [script("gitbeaker.ts"), limiter, String(lineages(place.world.estate))]),
});

const python = (): string => process.env["BENCH_PYTHON"] ?? "python3";

export const hasPythonGitlab = (): boolean => spawnSync(python(), ["-c", "import gitlab"]).status === 0;

const pythonGitlab = ({ world, folder }: Place): Contender => ({
  name: "python-gitlab, one at a time, as its docs write it",
  rounds: 1,
  run: () =>
    runMeasured({
      command: python(),
      args: [script("python_gitlab.py"), String(lineages(world.estate))],
      folder,
      env: environmentFor(world),
    }),
});

/** What people use today. Those that take minutes run once. */
export const peers = (place: Place): readonly Contender[] => [
  gitbeaker(place, "raised"),
  { ...gitbeaker(place, "default"), rounds: 1 },
  ...(hasPythonGitlab() ? [pythonGitlab(place)] : []),
];
