/** Runs many schedules: `node test/protocol/run.ts [--schedules N] [--seed S]`. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { schedules } from "./arbitraries.ts";
import { checkConvergence } from "./convergence.ts";
import type { Schedule } from "./events.ts";
import { playSchedule, withPicks } from "./play.ts";
import { createScheduledTurns } from "./turns.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const TELL_EVERY = 20_000;
const secondsSince = (time: number): string => ((performance.now() - time) / 1000).toFixed(1);

const began = performance.now();
let done = 0;
let failure: { schedule: Schedule; lines: readonly string[]; violations: readonly string[] } | undefined;
const result = await fc.check(
  fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
    done += 1;
    // Without a turn of the event loop nothing that a schedule has left behind is ever collected.
    if (done % 100 === 0) await nextTurn();
    if (done % TELL_EVERY === 0) console.error(`${done} schedules in ${secondsSince(began)} s`);
    const stage = await playSchedule(schedule, { turnsFor: () => createScheduledTurns(scheduler) });
    await checkConvergence(stage);
    const { violations } = stage.played.world.journal;
    if (violations.length === 0) return;
    failure = {
      schedule: withPicks(schedule, stage.played.picks),
      lines: stage.played.world.journal.lines,
      violations,
    };
    throw new Error(violations.join("\n"));
  }),
  { numRuns: Number(values.schedules), seed: Number(values.seed) },
);
console.log(
  `${result.failed ? "FAILED" : "held"}: ${done} schedules in ${secondsSince(began)} s, seed ${values.seed}`,
);
if (failure !== undefined) {
  console.log(failure.lines.join("\n"));
  console.log(JSON.stringify(failure.schedule));
  console.log(failure.violations.join("\n"));
  process.exitCode = 1;
}
