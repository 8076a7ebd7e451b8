/**
 * Plays one written schedule, or looks for one that breaks a promise:
 * `node test/protocol/hunt.ts --schedule FILE` or `--search N [--seed S]`; the last line is the result as JSON.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { schedules } from "./arbitraries.ts";
import { checkConvergence } from "./convergence.ts";
import type { Schedule } from "./events.ts";
import { SITUATIONS, scheduleOf, trySingles } from "./exhaustive.ts";
import { playSchedule, withPicks } from "./play.ts";
import { createScheduledTurns } from "./turns.ts";

const { values } = parseArgs({
  options: {
    schedule: { type: "string" },
    search: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});

interface Found {
  readonly schedule: Schedule;
  readonly violations: readonly string[];
}

const violationsOf = async (schedule: Schedule): Promise<readonly string[]> => {
  const stage = await playSchedule(schedule);
  await checkConvergence(stage);
  return stage.played.world.journal.violations;
};

const searchSingles = async (): Promise<Found | undefined> => {
  for (const situation of SITUATIONS) {
    const [broken] = (await trySingles(situation)).broken;
    if (broken !== undefined)
      return { schedule: scheduleOf(situation, broken.faults), violations: broken.violations };
  }
  return undefined;
};

const searchAtRandom = async (numRuns: number, seed: number): Promise<Found | undefined> => {
  let found: Found | undefined;
  await fc.check(
    fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
      const stage = await playSchedule(schedule, { turnsFor: () => createScheduledTurns(scheduler) });
      await checkConvergence(stage);
      const { violations } = stage.played.world.journal;
      if (violations.length === 0) return;
      found = { schedule: withPicks(schedule, stage.played.picks), violations };
      throw new Error("broken");
    }),
    { numRuns, seed },
  );
  return found;
};

const played = async (file: string): Promise<Found | undefined> => {
  const schedule = JSON.parse(readFileSync(file, "utf8")) as Schedule;
  const violations = await violationsOf(schedule);
  return violations.length === 0 ? undefined : { schedule, violations };
};

const found =
  values.schedule === undefined
    ? ((await searchSingles()) ?? (await searchAtRandom(Number(values.search), Number(values.seed))))
    : await played(values.schedule);
console.log(JSON.stringify(found ?? null));
