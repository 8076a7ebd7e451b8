/** Writes the schedules that were thought out rather than found: `node test/protocol/mutants/craft.ts`. */
import { writeFileSync } from "node:fs";
import { DAY, HOUR, MINUTE } from "../../../src/model/duration.ts";
import type { BesideEvent, Event, PassPlan, Schedule } from "../events.ts";
import type { CallFault } from "../faults.ts";
import { CALM_PASS, playSchedule, wait, withPicks } from "../play.ts";
import { DEFAULT_CHOICE, type PolicyChoice } from "../policy-choice.ts";
import { createDirectedTurns } from "../turns.ts";
import { MUTANTS, scheduleFile } from "./list.ts";

interface Play {
  readonly mutant: string;
  readonly policy?: Partial<PolicyChoice>;
  readonly events: readonly Event[];
  /** Who goes next, step by step: `A until B ...`, see `createDirectedTurns`. */
  readonly directions?: readonly string[];
}

const one = (faults: readonly CallFault[] = [], more: Partial<PassPlan> = {}): PassPlan => ({
  ...CALM_PASS,
  faults,
  ...more,
});
const pass: Event = { passes: [one()], beside: [] };
const together = (passes: readonly PassPlan[], ...beside: BesideEvent[]): Event => ({ passes, beside });
const A = 0;
const B = 1;
const of = "project";

const PLAYS: readonly Play[] = [
  {
    mutant: "in progress by the record is not looked at",
    events: [
      { passes: [one([{ call: "create a token", fault: { kind: "late" } }])], beside: [] },
      { passes: [one([], { daemon: B })], beside: [] },
    ],
  },
  {
    mutant: "the POST goes out past the deadline",
    events: [
      together(
        [
          one([{ call: "create a token", fault: { kind: "dies-after" } }], { daemon: A }),
          one([], { daemon: B }),
        ],
        { wait: 21 * MINUTE },
      ),
    ],
    directions: ["A until create", "meanwhile", "B", "A"],
  },
  {
    mutant: "the expiry has no random part",
    events: [
      together([
        one([], { daemon: A }),
        one([{ call: "create a token", fault: { kind: "dies-after" } }], { daemon: B }),
      ]),
    ],
    directions: ["A until tag", "B until tag", "A until create", "B until create", "A", "B"],
  },
  {
    mutant: "a deletion goes out however old its description is",
    events: [
      pass,
      wait(21 * DAY),
      pass,
      wait(25 * HOUR),
      together([one()], { edit: "move-current", of, to: 1 }, { wait: 10 * MINUTE }),
    ],
    directions: ["A until delete", "meanwhile", "meanwhile", "A"],
  },
  {
    mutant: "AWSCURRENT may have moved before the put",
    events: [pass, wait(21 * DAY), together([one()], { edit: "put", of })],
    directions: ["A until log in", "meanwhile", "A"],
  },
  {
    mutant: "any lineage's secret is ours",
    policy: { secret: "shared/{name}" },
    events: [pass, { policy: "all", change: { targets: "project and group" } }, wait(HOUR), pass],
  },
  {
    mutant: "a version names a token by its id alone",
    events: [
      { edit: "back-up" },
      pass,
      { edit: "restore-gitlab" },
      { edit: "create", of, days: 60 },
      wait(HOUR),
      pass,
    ],
  },
  {
    mutant: "the record is written however long ago the look was, or the clock was set since",
    events: [
      together([one([{ call: "create a token", fault: { kind: "dies-before" } }])], {
        clock: A,
        ahead: 2 * DAY,
      }),
    ],
    directions: ["A until ensure", "meanwhile", "A"],
  },
  {
    mutant: "another secret's claim bars no deletion of what is superseded",
    policy: { existingOverlap: "3h" },
    events: [
      pass,
      { policy: "all", change: { secret: "moved/{kind}/{name}" } },
      { edit: "schedule-deletion", of },
      wait(HOUR),
      pass,
      wait(25 * HOUR),
      pass,
    ],
  },
  {
    mutant: "another secret's claim bars no deletion of strays",
    events: [
      pass,
      { edit: "duplicate", of },
      { edit: "schedule-deletion", of },
      { edit: "move-project", path: "platform/api2" },
      wait(21 * MINUTE),
      pass,
    ],
  },
  {
    mutant: "what is superseded goes although the current token does not live",
    events: [
      pass,
      wait(21 * DAY),
      pass,
      { edit: "revoke", of, which: "current" },
      wait(25 * HOUR),
      { passes: [one([{ call: "tag", fault: { kind: "refused" } }])], beside: [] },
    ],
  },
  {
    mutant: "a sweep of any age is acted upon",
    events: [
      together(
        [one([], { daemon: A, request: "rotate-leaked" }), one([], { daemon: B })],
        { edit: "move-project", path: "platform/api2" },
        { wait: 25 * HOUR },
      ),
    ],
    directions: ["A until resolve", "B", "meanwhile", "meanwhile", "A"],
  },
];

for (const { mutant, policy, events, directions } of PLAYS) {
  const known = MUTANTS.find(({ name }) => name === mutant);
  if (known === undefined) throw new Error(`there is no mutant "${mutant}"`);
  const schedule: Schedule = { policy: { ...DEFAULT_CHOICE, ...policy }, events };
  const stage = await playSchedule(schedule, { turnsFor: () => createDirectedTurns(directions ?? []) });
  writeFileSync(scheduleFile(known), `${JSON.stringify(withPicks(schedule, stage.played.picks))}\n`);
  console.log(`${mutant}: ${stage.played.world.journal.violations.join("; ") || "held"}`);
}
