import { createHash, randomBytes } from "node:crypto";
import type { PassBoard } from "./fleet/pass-board.ts";
import type { Queues } from "./fleet/queues.ts";
import type { Beat } from "./fleet/registry.ts";
import type { FleetTiming } from "./fleet/timing.ts";
import type { Logger } from "./logger.ts";
import type { Clock } from "./model/clock.ts";
import { MINUTE } from "./model/duration.ts";
import type { Schedule } from "./model/policy.ts";

export interface Given {
  /** The policy's hash. */
  readonly policy: string;
  readonly schedule: Schedule;
  /** The longest time between two ticks, in milliseconds. */
  readonly interval: number;
}

export interface SupervisorOptions {
  readonly board: PassBoard;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly timing: FleetTiming;
  readonly logger: Logger;
  readonly given: () => Given;
}

/** What every replica whose policy counts sees to, so that it is seen to whoever dies. */
export interface Supervisor {
  /** Says what came of it. */
  tick(due: Date): Promise<string>;
  /** After each sign of life. */
  look(beat: Beat): Promise<void>;
  /** Another policy counts. */
  rest(): void;
}

/** A replica that starts, or a hundred that do, make no pass where one began so short a time ago. */
const NOT_AGAIN_WITHIN = 15 * MINUTE;
/** How many looks in a row must come to the same before a pass is given up. */
const LOOKS = 2;
const START = "start";

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);
/** In the order of time, as a tick that comes late is compared with it. */
const idOf = (time: Date, rest: string): string => `${compact(time)}-${rest}`;
const compact = (time: Date): string => time.toISOString().replaceAll(/[-:]|\.\d+/g, "");

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
  const { board, queues, clock, timing, logger, given } = options;
  let hasAsked = false;
  /** The same at every try, so that one whose answer was lost gets its own place back. */
  let asksFor: string | undefined;
  let lastPass: string | undefined;
  let doubted: { readonly id: string; readonly looks: number } | undefined;

  const quiet = (): readonly [name: string, length: number] => {
    const { policy, interval } = given();
    return [`begun:${policy}`, Math.max(1, Math.min(NOT_AGAIN_WITHIN, interval))];
  };

  const begin = async (why: string, id: string): Promise<string> => {
    const order = { id, policy: given().policy, startedAt: clock.now() };
    const current = await board.begin(order, timing.passLiveFor);
    if (current.id !== id) return `skipped: the pass ${current.id} is under way`;
    await board.mark(...quiet(), id);
    await queues.addPass(current);
    logger.info("pass begun", { pass: id, why });
    return id;
  };

  const beginOwn = async (why: string, { now, lastPass: ended }: Beat): Promise<void> => {
    // By Redis's clock: one of ours that is ahead would have real ticks skipped.
    asksFor ??= idOf(now, randomBytes(3).toString("hex"));
    const isOurs = why !== START || (await board.claim(...quiet(), asksFor));
    if (isOurs && ended !== asksFor) await begin(why, asksFor);
    asksFor = undefined;
    hasAsked = true;
  };

  const giveUp = async (id: string, why: string): Promise<void> => {
    if (await board.end(id)) logger.warn("pass given up", { pass: id, detail: why });
  };

  const whyInVain = async ({ pass }: Beat): Promise<string | undefined> => {
    if (pass === undefined) return undefined;
    if (pass.policy !== given().policy) return "its policy is no longer the one in force";
    if (!(await queues.isUnderWay(pass.id))) return "nobody is at it: its job is gone";
    await board.keep(pass.id, timing.passLiveFor);
    return undefined;
  };

  const supervise = async (beat: Beat): Promise<void> => {
    const why = await whyInVain(beat);
    const id = beat.pass?.id ?? "";
    if (why === undefined) {
      doubted = undefined;
      return;
    }
    // It may be about to be added, or somebody about to change his mind.
    const looks = doubted?.id === id ? doubted.looks + 1 : 1;
    doubted = { id, looks };
    if (looks < LOOKS) return;
    doubted = undefined;
    await giveUp(id, why);
    if (beat.pass?.policy === given().policy) return;
    // Until it has begun: what goes wrong on the way is tried again at the next sign of life.
    hasAsked = false;
    await beginOwn("another policy is in force", beat);
  };

  return {
    tick: (due) => {
      // The fleet was away as it was due, and has begun another since.
      if (lastPass !== undefined && lastPass > compact(due))
        return Promise.resolve("skipped: a pass has begun since");
      return begin("tick", idOf(due, shortHash(`${due.getTime()} ${given().policy}`)));
    },
    look: async (beat) => {
      lastPass = beat.lastPass;
      const { policy, schedule } = given();
      await queues.assertSchedule({ ...schedule, policy });
      await supervise(beat);
      if (!hasAsked) await beginOwn(START, beat);
    },
    rest: () => {
      hasAsked = false;
      asksFor = undefined;
      doubted = undefined;
    },
  };
};
