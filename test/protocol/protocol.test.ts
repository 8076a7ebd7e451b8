import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schedules } from "./arbitraries.ts";
import { checkConvergence } from "./convergence.ts";
import type { Schedule } from "./events.ts";
import { SITUATIONS, trySingles } from "./exhaustive.ts";
import { MUTANTS, scheduleFile } from "./mutants/list.ts";
import { playSchedule } from "./play.ts";
import { createScheduledTurns } from "./turns.ts";

describe("whatever one call does, refuse, hang, lose its answer or kill the process, the promises hold", () => {
  it.each(SITUATIONS)("when $name", async (situation) => {
    const { tried, broken } = await trySingles(situation);
    expect(broken).toEqual([]);
    expect(tried).toBeGreaterThan(40);
  });
});

it("keeps its promises under random schedules of faults, processes, clocks and people", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
      const stage = await playSchedule(schedule, { turnsFor: () => createScheduledTurns(scheduler) });
      await checkConvergence(stage);
      expect(stage.played.world.journal.violations).toEqual([]);
    }),
    { numRuns: 300, seed: 1 },
  );
});

describe("a schedule that breaks a promise once a guard is taken out breaks none with it", () => {
  const written = MUTANTS.filter((mutant) => existsSync(scheduleFile(mutant)));
  it.each(written)("$name", async (mutant) => {
    const schedule = JSON.parse(readFileSync(scheduleFile(mutant), "utf8")) as Schedule;
    const stage = await playSchedule(schedule);
    await checkConvergence(stage);
    expect(stage.played.world.journal.violations).toEqual([]);
  });

  it("stands for every guard, but for those that no schedule can show", () => {
    const unshown = MUTANTS.filter((mutant) => !written.includes(mutant));
    expect(unshown.filter(({ argued }) => argued === undefined)).toEqual([]);
  });
});
