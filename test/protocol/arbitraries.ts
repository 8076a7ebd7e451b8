import fc from "fast-check";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/model/duration.ts";
import type { BesideEvent, Edit, Event, PassPlan, Schedule } from "./events.ts";
import type { CallFault, Fault } from "./faults.ts";
import { DEFAULT_CHOICE, type PolicyChoice } from "./policy-choice.ts";

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const policyChange: fc.Arbitrary<Partial<PolicyChoice>> = fc.oneof(
  fc.record({ lifetime: oneOf<30 | 60>(30, 60) }),
  fc.record({ targets: oneOf("project and group" as const, "project" as const) }),
  fc.record({ overlapHours: oneOf<1 | 24>(1, 24) }),
  fc.record({ kind: oneOf<"declared" | "match">("declared", "match") }),
  fc.record({
    secret: oneOf(DEFAULT_CHOICE.secret, "moved/{kind}/{name}" as const, "shared/{name}" as const),
  }),
  fc.record({ existing: oneOf("adopt" as const, "replace" as const, "report" as const) }),
  fc.record({ existingOverlap: oneOf("expiry" as const, "3h" as const, "10d" as const) }),
  fc.record({ neverExpires: oneOf("report" as const, "rotate" as const) }),
  fc.record({ adoptSecret: fc.boolean() }),
  fc.record({ scopes: oneOf("one" as const, "two" as const) }),
  // One target alone is never looked for in the list of all tokens.
  fc.record({
    access: fc.constant("administrator" as const),
    targets: oneOf("project and group" as const, "project" as const),
  }),
);

const policy: fc.Arbitrary<PolicyChoice> = fc
  .array(policyChange, { maxLength: 3 })
  .map((changes) => Object.assign({}, DEFAULT_CHOICE, ...changes) as PolicyChoice);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: oneOf<"refused" | "unanswered" | "lost" | "late" | "dies-before" | "dies-after" | "stop">(
      "dies-after",
      "dies-before",
      "lost",
      "refused",
      "unanswered",
      "late",
      "stop",
    ),
  }) as fc.Arbitrary<Fault>,
  fc.record({
    kind: fc.constant("frozen" as const),
    for: oneOf(2 * MINUTE, 6 * MINUTE, 25 * MINUTE, 2 * DAY),
  }),
  fc.record({ kind: fc.constant("slow" as const), for: oneOf(20 * SECOND, 50 * SECOND) }),
  fc.record({ kind: fc.constant("stale" as const), by: oneOf(5 * SECOND, MINUTE, 5 * MINUTE) }),
);

const callFault: fc.Arbitrary<CallFault> = fc.record({ call: fc.integer({ min: 2, max: 30 }), fault });

const pass: fc.Arbitrary<PassPlan> = fc.record({
  daemon: oneOf(0, 1, 2),
  faults: fc.array(callFault, { maxLength: 3 }),
  stale: fc.array(oneOf(0, 5 * SECOND, MINUTE, 5 * MINUTE), { maxLength: 3 }),
  request: oneOf(undefined, undefined, undefined, "rotate" as const, "rotate-leaked" as const),
  random: oneOf(0.5, 0, 1, 0.25),
});

const of = oneOf<"project" | "group">("project", "project", "project", "group");
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    edit: oneOf<"revoke" | "remove">("revoke", "remove"),
    of,
    which: oneOf<"current" | "oldest" | "newest">("current", "oldest", "newest"),
  }),
  fc.record({
    edit: fc.constant("create" as const),
    of,
    days: oneOf<number | "never">(30, 60, 5, 1, "never"),
  }),
  fc.record({ edit: fc.constant("move-current" as const), of, to: oneOf(1, 0, 2) }),
  fc.record({
    edit: oneOf<
      Exclude<
        Edit["edit"],
        "revoke" | "remove" | "create" | "move-current" | "move-project" | "back-up" | "restore-gitlab"
      >
    >(
      "put",
      "give-away",
      "strip-tags",
      "schedule-deletion",
      "restore-secret",
      "duplicate",
      "replica-stuck",
      "replica-follows",
    ),
    of,
  }) as fc.Arbitrary<Edit>,
  fc.record({ edit: fc.constant("move-project" as const), path: oneOf("platform/api2", "platform/api") }),
  fc.record({ edit: oneOf<"back-up" | "restore-gitlab">("back-up", "restore-gitlab") }) as fc.Arbitrary<Edit>,
);

const aWait = fc.record({
  wait: oneOf(
    MINUTE,
    4 * MINUTE,
    11 * MINUTE,
    21 * MINUTE,
    HOUR,
    4 * HOUR,
    23 * HOUR,
    25 * HOUR,
    11 * DAY,
    21 * DAY,
    31 * DAY,
  ),
});

const besides: fc.Arbitrary<BesideEvent> = fc.oneof(
  { weight: 3, arbitrary: edit },
  { weight: 2, arbitrary: aWait },
  {
    weight: 1,
    arbitrary: fc.record({
      clock: oneOf(0, 1),
      ahead: oneOf(0, 59 * SECOND, -59 * SECOND, 10 * MINUTE, -10 * MINUTE, 2 * DAY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ policy: oneOf<number | "all">("all", 0, 1), change: policyChange }) },
);

const passes: fc.Arbitrary<Event> = fc.record({
  passes: fc.array(pass, { minLength: 1, maxLength: 3 }),
  beside: fc.array(besides, { maxLength: 2 }),
});
const lonelyPass: fc.Arbitrary<Event> = pass.map((plan) => ({ passes: [plan], beside: [] }));

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: lonelyPass },
  { weight: 2, arbitrary: passes },
  { weight: 4, arbitrary: aWait },
  { weight: 3, arbitrary: besides },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  policy,
  events: fc.array(event, { minLength: 2, maxLength: 14 }),
});
