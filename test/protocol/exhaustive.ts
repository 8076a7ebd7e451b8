import { DAY, HOUR, MINUTE } from "../../src/model/duration.ts";
import { checkConvergence } from "./convergence.ts";
import type { Event, PassPlan, Schedule } from "./events.ts";
import type { CallFault, Fault } from "./faults.ts";
import { CALM_PASS, playSchedule, wait } from "./play.ts";
import { DEFAULT_CHOICE, type PolicyChoice } from "./policy-choice.ts";

/** A state to begin from, and the pass that everything is done to. */
export interface Situation {
  readonly name: string;
  readonly policy?: Partial<PolicyChoice>;
  readonly before: readonly Event[];
  readonly request?: PassPlan["request"];
}

const pass: Event = { passes: [CALM_PASS], beside: [] };

export const SITUATIONS: readonly Situation[] = [
  { name: "a token is missing", before: [] },
  { name: "a token is to be renewed", before: [pass, wait(21 * DAY)] },
  { name: "an overlap has ended", before: [pass, wait(21 * DAY), pass, wait(25 * HOUR)] },
  {
    name: "a token made by hand is replaced",
    policy: { existing: "replace", existingOverlap: "3h" },
    before: [{ edit: "create", of: "project", days: 30 }, wait(HOUR)],
  },
  {
    name: "a stray is left and a token is due",
    before: [
      pass,
      wait(21 * DAY),
      {
        passes: [{ ...CALM_PASS, faults: [{ call: "create a token", fault: { kind: "dies-after" } }] }],
        beside: [],
      },
      wait(21 * MINUTE),
    ],
  },
  { name: "a token has leaked", before: [pass, wait(DAY)], request: "rotate-leaked" },
];

const READ_FAULTS: readonly Fault[] = [
  { kind: "refused" },
  { kind: "unanswered" },
  { kind: "dies-before" },
  { kind: "stale", by: 5 * MINUTE },
  { kind: "frozen", for: 6 * MINUTE },
  { kind: "frozen", for: 26 * MINUTE },
  { kind: "stop" },
];
const WRITE_FAULTS: readonly Fault[] = [
  { kind: "refused" },
  { kind: "unanswered" },
  { kind: "lost" },
  { kind: "late" },
  { kind: "dies-before" },
  { kind: "dies-after" },
  { kind: "frozen", for: 6 * MINUTE },
  { kind: "frozen", for: 26 * MINUTE },
  { kind: "slow", for: 50_000 },
  { kind: "stop" },
];

export const scheduleOf = (situation: Situation, passes: readonly (readonly CallFault[])[]): Schedule => ({
  policy: { ...DEFAULT_CHOICE, ...situation.policy },
  events: [
    ...situation.before,
    ...passes.flatMap((faults, index): Event[] => [
      ...(index > 0 ? [wait(21 * MINUTE)] : []),
      {
        passes: [{ ...CALM_PASS, faults, request: index === 0 ? situation.request : undefined }],
        beside: [],
      },
    ]),
  ],
});

/** What can befall each call of the pass, one at a time: found by playing it once without. */
export const singleFaults = async (
  situation: Situation,
  first: readonly CallFault[] = [],
): Promise<readonly CallFault[]> => {
  const stage = await playSchedule(scheduleOf(situation, [first]));
  const calls = stage.played.calls.at(-1) ?? [];
  return calls.flatMap(({ writes }, call) =>
    (writes ? WRITE_FAULTS : READ_FAULTS).map((fault) => ({ call, fault })),
  );
};

export interface Broken {
  readonly situation: string;
  readonly faults: readonly (readonly CallFault[])[];
  readonly violations: readonly string[];
}

const playOne = async (
  situation: Situation,
  faults: readonly (readonly CallFault[])[],
): Promise<Broken | undefined> => {
  const stage = await playSchedule(scheduleOf(situation, faults));
  await checkConvergence(stage);
  const { violations } = stage.played.world.journal;
  return violations.length === 0 ? undefined : { situation: situation.name, faults, violations };
};

export interface Tried {
  readonly tried: number;
  readonly broken: readonly Broken[];
}

/** Every single fault at every call. */
export const trySingles = async (situation: Situation): Promise<Tried> => {
  const singles = await singleFaults(situation);
  const broken: Broken[] = [];
  for (const single of singles) {
    const found = await playOne(situation, [[single]]);
    if (found !== undefined) broken.push(found);
  }
  return { tried: singles.length, broken };
};

/** Every pair: both in one pass, and one in each of two passes. `every` thins them out for a quick look. */
export const tryPairs = async (situation: Situation, every = 1): Promise<Tried> => {
  const broken: Broken[] = [];
  let seen = 0;
  let tried = 0;
  const attempt = async (faults: readonly (readonly CallFault[])[]): Promise<void> => {
    seen += 1;
    if (seen % every !== 0) return;
    tried += 1;
    const found = await playOne(situation, faults);
    if (found !== undefined) broken.push(found);
  };
  for (const one of await singleFaults(situation)) {
    // What follows a fault is other than what follows none, so the second one's place is looked for anew.
    for (const other of await singleFaults(situation, [one]))
      if (Number(other.call) > Number(one.call)) await attempt([[one, other]]);
    for (const other of await singleFaults(situation)) await attempt([[one], [other]]);
  }
  return { tried, broken };
};
