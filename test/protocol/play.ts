import { milliseconds } from "../../src/model/duration.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { PassReport } from "../../src/model/report.ts";
import { reconcile } from "../../src/reconcile.ts";
import { rotateLineage } from "../../src/rotate-lineage.ts";
import { type Caller, createCaller } from "./call.ts";
import type { BesideEvent, Event, PassPlan, Schedule } from "./events.ts";
import { carryOutEdit } from "./people.ts";
import { type PolicyChoice, policyOf, SAFETY, TOKEN_NAME } from "./policy-choice.ts";
import { createGitLabPort, createStorePort } from "./ports.ts";
import { createReplayedTurns, createSoleTurns, type Turns } from "./turns.ts";
import { createWorld, PROJECT, type World } from "./world/world.ts";

export const DAEMONS = 3;

interface Daemon {
  readonly name: string;
  choice: PolicyChoice;
  policy: Policy;
  /** How far its wall clock is ahead of the true time, in milliseconds. */
  ahead: number;
}

export interface Played {
  readonly world: World;
  /** As ended passes reported, in order; a pass that died reported nothing. */
  readonly reports: PassReport[];
  readonly picks: (readonly number[])[];
  /** Calls of each pass, in order. */
  readonly calls: Caller["made"][];
}

export interface PlayOptions {
  /** Chooses who goes next where several processes run; by default what the event says. */
  readonly turnsFor?: (written: readonly number[] | undefined) => Turns;
}

const replayed = (written: readonly number[] | undefined): Turns => createReplayedTurns(written ?? []);

export const createStage = (first: PolicyChoice, { turnsFor = replayed }: PlayOptions = {}) => {
  const world = createWorld();
  const daemons = Array.from(
    { length: DAEMONS },
    (_, index): Daemon => ({
      name: "ABC".charAt(index),
      choice: first,
      policy: policyOf(first),
      ahead: 0,
    }),
  );
  const played: Played = { world, reports: [], picks: [], calls: [] };

  const runPass = async (plan: PassPlan, turns: Turns): Promise<void> => {
    const daemon = daemons[plan.daemon % DAEMONS] as Daemon;
    const { choice, policy, name } = daemon;
    const stop = new AbortController();
    let declareDead = (): void => undefined;
    const death = new Promise<void>((resolve) => {
      declareDead = resolve;
    });
    let dead = false;
    const life = {
      isDead: () => dead,
      die: (): Promise<never> => {
        if (!dead) world.journal.note(`${name} dies`);
        dead = true;
        declareDead();
        return new Promise(() => undefined);
      },
      stop: () => stop.abort(),
    };
    const caller = createCaller({ who: name, world, turns, faults: plan.faults, stale: plan.stale, life });
    const nth = played.calls.push(caller.made);
    const wallClock = (): number => world.now() + daemon.ahead;
    const clock = {
      now: () => new Date(wallClock()),
      monotonic: () => world.now(),
      sleep: async (length: number) => {
        await turns.take(`${name} sleeps`);
        world.advance(length);
      },
    };
    const options = { world, caller, choice, wallClock, knowledge: new Map<string, number>() };
    const ports = {
      gitlab: createGitLabPort(options),
      store: createStorePort(options),
      clock,
      safety: SAFETY,
      // No two passes draw the same: one in six hundred does, and the model looks at the rest.
      random: (max: number) => (nth * 7 + Math.floor(plan.random * 6)) % (max + 1),
    };
    world.journal.note(`${name} begins a pass`);
    const work =
      plan.request === undefined
        ? reconcile({ policy, ports, mode: "apply", stop: stop.signal })
        : rotateLineage({
            policy,
            ports,
            request: {
              kind: "project",
              idOrPath: PROJECT.id,
              token: TOKEN_NAME,
              leaked: plan.request === "rotate-leaked",
            },
            stop: stop.signal,
            confirm: () => Promise.resolve(true),
          });
    const pass = work.then(
      (report) => {
        played.reports.push(report);
        for (const lineage of report.lineages)
          for (const { action, reason, result, error } of lineage.actions)
            world.journal.note(
              [`${name} reports of the ${lineage.kind}:`, action, reason, result, error?.message]
                .filter(Boolean)
                .join(" "),
            );
      },
      (error: unknown) => world.journal.note(`${name} ends its pass: ${String(error)}`),
    );
    await Promise.race([pass, death]);
  };

  const beside = (event: BesideEvent): void => {
    if ("wait" in event) world.advance(event.wait);
    else if ("edit" in event) carryOutEdit(world, event);
    else if ("clock" in event) {
      const daemon = daemons[event.clock % DAEMONS] as Daemon;
      daemon.ahead = event.ahead;
      world.journal.note(`the clock of ${daemon.name} is ${event.ahead} ms ahead`);
    } else
      for (const [index, daemon] of daemons.entries())
        if (event.policy === "all" || event.policy % DAEMONS === index) {
          daemon.choice = { ...daemon.choice, ...event.change };
          daemon.policy = policyOf(daemon.choice);
          world.journal.note(`the policy of ${daemon.name} is now ${JSON.stringify(event.change)}`);
        }
  };

  const together = async (event: Extract<Event, { passes: unknown }>): Promise<void> => {
    const alone = event.passes.length === 1 && event.beside.length === 0;
    const turns = alone ? createSoleTurns() : turnsFor(event.picks);
    const byDaemon = new Map(event.passes.map((plan) => [plan.daemon % DAEMONS, plan]));
    const others = async (): Promise<void> => {
      for (const other of event.beside) {
        await turns.take("meanwhile");
        beside(other);
      }
    };
    const work = Promise.all([...[...byDaemon.values()].map((plan) => runPass(plan, turns)), others()]);
    await turns.until(work);
    played.picks.push(turns.picks);
  };

  return {
    played,
    daemons,
    async play(event: Event): Promise<void> {
      if ("passes" in event) await together(event);
      else beside(event);
    },
  };
};

export type Stage = ReturnType<typeof createStage>;

/** Everybody behaves from now on: one policy, right clocks, no faults. */
export const calm = (stage: Stage): void => {
  const [first] = stage.daemons;
  for (const daemon of stage.daemons) {
    daemon.ahead = 0;
    daemon.choice = (first as Daemon).choice;
    daemon.policy = policyOf(daemon.choice);
  }
};

export const CALM_PASS = { daemon: 0, faults: [], stale: [], random: 0.5 } as const;

/** Plays a schedule to its end; what came of it is in the world's journal. */
export const playSchedule = async (schedule: Schedule, options: PlayOptions = {}): Promise<Stage> => {
  const stage = createStage(schedule.policy, options);
  for (const event of schedule.events) await stage.play(event);
  return stage;
};

export const wait = (length: number): Event => ({ wait: milliseconds(length) });

/** The schedule with what was chosen written into it, so that it plays the same way again. */
export const withPicks = (schedule: Schedule, picks: readonly (readonly number[])[]): Schedule => {
  let index = 0;
  return {
    ...schedule,
    events: schedule.events.map((event) => {
      if (!("passes" in event)) return event;
      const written = picks[index] ?? [];
      index += 1;
      return written.some((pick) => pick > 0) ? { ...event, picks: written } : event;
    }),
  };
};
