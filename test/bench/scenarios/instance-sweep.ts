import { instanceLoops, LIST_SECRETS, listSecrets } from "../contenders/contenders.ts";
import type { Scenario } from "../measure/bench.ts";
import { type Contender, compete, medianOf, valuesOf } from "../measure/contest.ts";
import { runProgram } from "../measure/program.ts";
import type { Run } from "../measure/result.ts";
import { keptAll } from "../measure/sanity.ts";
import { highest } from "../measure/statistics.ts";
import { AWS, CPU, GITLAB, RSS, SECONDS, tableOf } from "../measure/table.ts";
import { number, ratio } from "../measure/words.ts";
import { lineages } from "../world/estate.ts";
import { present, type Seen, startWorld } from "../world/start.ts";

const OURS = "ours, plan, 8 at once";
const LOOPS = 8;
const MOST_REQUESTS = 520;
const MOST_OF_LOOPS = 1.25;
const MOST_OF_LIST_SECRETS = 1.15;

/** From the first request for a page of the instance's list to the last, as GitLab sees it. */
const sweepSeconds = ({ gitlab }: Seen): Record<string, number> => {
  const route = gitlab.routes["GET /deploy_tokens"];
  return route === undefined || route.answered < 2 ? {} : { sweep: route.lastAt - route.firstAt };
};

const goalsFrom = (runs: readonly Run[], loops: string) => {
  const [gitlab, aws] = ["gitlabRequests", "awsRequests"].map((measure) =>
    number(highest(valuesOf(runs, OURS, measure))),
  );
  const together = highest(
    runs
      .filter(({ contender }) => contender === OURS)
      .map((run) => Number(run["gitlabRequests"]) + Number(run["awsRequests"])),
  );
  const sweep = medianOf(runs, OURS, "sweep") / medianOf(runs, loops, "sweep");
  const [own, bare] = [OURS, LIST_SECRETS].map((name) => medianOf(runs, name, "seconds")) as [number, number];
  return [
    {
      what: "an idle pass with the instance's list: its requests",
      wanted: `at most ${MOST_REQUESTS} in all`,
      measured: `${number(together)} (${gitlab} to GitLab, ${aws} to AWS)`,
      met: together <= MOST_REQUESTS,
    },
    {
      what: "reading the list, against eight bare loops",
      wanted: `at most ${MOST_OF_LOOPS.toFixed(2)} x`,
      measured: Number.isNaN(sweep) ? "it is not read" : `${ratio(sweep)} x`,
      met: sweep <= MOST_OF_LOOPS,
    },
    {
      what: "the whole pass, against ListSecrets alone",
      wanted: `at most ${MOST_OF_LIST_SECRETS.toFixed(2)} x`,
      measured: `${ratio(own / bare)} x (${number(own)} s against ${number(bare)} s)`,
      met: own / bare <= MOST_OF_LIST_SECRETS,
    },
  ];
};

export const instanceSweep: Scenario = {
  letter: "c",
  title: "An idle pass, the instance's list of tokens",
  run: async (bench) => {
    const projects = bench.quick ? 200 : 10_000;
    const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
    const latency = bench.quick ? 2 : 20;
    await using world = await startWorld({ estate, admin: true, limit: undefined, limited: true, latency });
    const place = { world, folder: bench.folder };
    const own: Contender = {
      name: OURS,
      run: () => runProgram({ ...place, command: "plan", policy: { concurrency: 8 } }),
      check: keptAll(lineages(estate)),
      extra: sweepSeconds,
    };
    const loops = { ...instanceLoops(place, LOOPS), extra: sweepSeconds };
    const { runs, problems } = await compete(bench, world, [loops, listSecrets(place), own]);
    const columns = [SECONDS, { title: "seconds, the list", measure: "sweep" }, CPU, RSS, GITLAB, AWS];
    const title = `${number(projects)} projects with 2 tokens each, ${latency} ms latency, an administrator's token`;
    return {
      goals: goalsFrom(runs, loops.name),
      tables: [tableOf(title, runs, columns)],
      runs,
      notes: [],
      problems,
    };
  },
};
