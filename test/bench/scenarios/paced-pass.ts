import type { Scenario } from "../measure/bench.ts";
import { type Contender, compete, medianOf, valuesOf } from "../measure/contest.ts";
import { runProgram } from "../measure/program.ts";
import { keptAll } from "../measure/sanity.ts";
import { highest, lowest } from "../measure/statistics.ts";
import { CPU, GITLAB, REFUSED, SECONDS, tableOf } from "../measure/table.ts";
import { number } from "../measure/words.ts";
import type { RouteCounts } from "../world/counts.ts";
import { lineages } from "../world/estate.ts";
import { present, startWorld } from "../world/start.ts";

const LISTS = "GET /projects/:id/deploy_tokens";
const LEAST = 0.95;

/** Requests a second, from the first to the last. */
export const rateOf = (seen: RouteCounts | undefined): number =>
  seen === undefined ? Number.NaN : (seen.answered - 1) / (seen.lastAt - seen.firstAt);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const pacedPass: Scenario = {
  letter: "b",
  title: "An idle pass with gitlab_requests_per_second in force",
  run: async (bench) => {
    const [projects, rate] = bench.quick ? [150, 100] : [10_000, 500];
    const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
    const latency = bench.quick ? 2 : 20;
    const limit = { rate, burst: rate, tells: "always" } as const;
    await using world = await startWorld({ estate, admin: false, limit, limited: true, latency });
    const contenders = [16, 32].map(
      (concurrency): Contender => ({
        name: `ours, plan, ${concurrency} at once`,
        run: () =>
          runProgram({
            world,
            folder: bench.folder,
            command: "plan",
            policy: { concurrency, requestsPerSecond: rate },
          }),
        check: keptAll(lineages(estate)),
        extra: ({ gitlab }) => ({
          ofLists: 100 * (rateOf(gitlab.routes[LISTS]) / rate),
          ofPass: 100 * (rateOf({ ...gitlab, answered: gitlab.requests }) / rate),
        }),
      }),
    );
    const { runs, problems } = await compete(bench, world, contenders);
    const names = contenders.map(({ name }) => name);
    const share = lowest(names.map((name) => medianOf(runs, name, "ofLists"))) / 100;
    const refused = highest(names.flatMap((name) => valuesOf(runs, name, "refused")));
    return {
      goals: [
        {
          what: `an idle pass at gitlab_requests_per_second: ${rate}, while it lists targets`,
          wanted: `at least ${percent(LEAST)} of it`,
          measured: percent(share),
          met: share >= LEAST,
        },
        {
          what: "and how often GitLab refuses",
          wanted: "never",
          measured: number(refused),
          met: refused === 0,
        },
      ],
      tables: [
        tableOf(
          `${number(projects)} projects with 2 tokens each, ${latency} ms latency, a bucket of ${rate} a second at GitLab`,
          runs,
          [
            SECONDS,
            { title: "% of the rate, lists", measure: "ofLists" },
            { title: "% of the rate, whole pass", measure: "ofPass" },
            REFUSED,
            CPU,
            GITLAB,
          ],
        ),
      ],
      runs,
      notes: ["The rates are those that GitLab's side sees, from the first such request to the last."],
      problems,
    };
  },
};
