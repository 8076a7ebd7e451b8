import type { Bench, Scenario } from "../measure/bench.ts";
import { type Contender, compete, medianOf } from "../measure/contest.ts";
import { environmentFor, runProgram, writePolicy } from "../measure/program.ts";
import type { Goal, Run } from "../measure/result.ts";
import { type Measured, runMeasured } from "../measure/run-measured.ts";
import { keptAll } from "../measure/sanity.ts";
import { CPU, GITLAB, RSS, SECONDS, tableOf } from "../measure/table.ts";
import { number } from "../measure/words.ts";
import { lineages } from "../world/estate.ts";
import { present, startWorld } from "../world/start.ts";

const OLD_SPACE = 256;
const MOST_GROWTH = 120;
const DRIVER = new URL("../measure/heap-after-pass.ts", import.meta.url).pathname;
const policy = { concurrency: 32 };

interface Left {
  readonly before: number;
  readonly after: number;
  readonly kept: number;
}

const leftBy = ({ stdout }: Measured): Left | undefined => {
  try {
    return JSON.parse(stdout) as Left;
  } catch {
    return undefined;
  }
};

type Listing = "a list per target" | "the instance's list";

const nameOf = (what: string, projects: number, listing: Listing): string =>
  `${what}, ${number(projects)} projects, ${listing}`;

const BOUNDED = `plan under --max-old-space-size=${OLD_SPACE}`;
const HEAP = "heap after a pass";

/** No latency: memory is what counts here, and a hundred thousand lists would take minutes. */
const measure = async (bench: Bench, projects: number, listing: Listing) => {
  const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
  const admin = listing === "the instance's list";
  await using world = await startWorld({ estate, admin, limit: undefined, limited: false, latency: 0 });
  const { folder } = bench;
  const all = lineages(estate);
  const bounded: Contender = {
    name: nameOf(BOUNDED, projects, listing),
    run: () =>
      runProgram({
        world,
        folder,
        command: "plan",
        policy,
        nodeOptions: [`--max-old-space-size=${OLD_SPACE}`],
      }),
    check: keptAll(all),
  };
  const heap: Contender = {
    name: nameOf(HEAP, projects, listing),
    run: () =>
      runMeasured({
        args: ["--expose-gc", DRIVER, writePolicy(folder, policy)],
        folder,
        env: environmentFor(world),
      }),
    check: (measured) => (leftBy(measured)?.kept === all ? undefined : "it did not keep every lineage"),
    extra: (_seen, measured) => {
      const left = leftBy(measured);
      return left === undefined ? {} : { heapBefore: left.before, heapAfter: left.after };
    },
  };
  // Awaited here, or the world would be gone before it begins.
  return await compete(bench, world, [bounded, heap]);
};

const goalsFrom = (
  runs: readonly Run[],
  { sizes, failed }: { sizes: [number, number]; failed: number },
): Goal[] => {
  const growth = (["a list per target", "the instance's list"] as const).map((listing) => {
    const [small, large] = sizes.map((size) => medianOf(runs, nameOf(HEAP, size, listing), "heapAfter"));
    return (large ?? Number.NaN) - (small ?? Number.NaN);
  });
  // `Math.max` of a NaN is NaN, which meets nothing.
  const most = Math.max(...growth);
  return [
    {
      what: `heap after collection, from ${number(sizes[0])} to ${number(sizes[1])} projects`,
      wanted: `grows by at most ${MOST_GROWTH} MiB`,
      measured: `${growth.map((value) => number(value, "MiB")).join(" (a list per target), ")} (the instance's list)`,
      met: most <= MOST_GROWTH,
    },
    {
      what: `a pass of ${number(sizes[1])} projects under --max-old-space-size=${OLD_SPACE}`,
      wanted: "completes",
      measured: failed === 0 ? "it does" : "it does not",
      met: failed === 0,
    },
  ];
};

export const memory: Scenario = {
  letter: "d",
  title: "Memory",
  run: async (bench) => {
    const sizes: [number, number] = bench.quick ? [100, 500] : [1_000, 100_000];
    const once = { ...bench, rounds: 1 };
    const runs: Run[] = [];
    const problems: string[] = [];
    for (const listing of ["a list per target", "the instance's list"] as const)
      for (const projects of sizes) {
        const contest = await measure(once, projects, listing);
        runs.push(...contest.runs);
        problems.push(...contest.problems);
      }
    const failed = problems.filter((problem) => problem.startsWith(BOUNDED)).length;
    return {
      goals: goalsFrom(runs, { sizes, failed }),
      tables: [
        tableOf("2 tokens per project, no latency, 32 at once", runs, [
          { title: "heap before, MiB", measure: "heapBefore" },
          { title: "heap after, MiB", measure: "heapAfter" },
          RSS,
          CPU,
          SECONDS,
          GITLAB,
        ]),
      ],
      runs,
      notes: [
        "The heap is measured inside a process that runs the sources, after a collection and with the pass's report still held. One round: memory differs little from run to run.",
      ],
      problems,
    };
  },
};
