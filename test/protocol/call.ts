import type { Gate } from "../../src/model/clock.ts";
import { type CallFault, type Fault, refusedByGitLab, refusedByStore } from "./faults.ts";
import type { Turns } from "./turns.ts";
import type { World } from "./world/world.ts";

const HOP = 50;
/** How late an unanswered request may still be carried out, in milliseconds. */
const LATE = 50_000;
/** Secrets Manager takes a signature for five minutes. */
const SIGNATURE = 5 * 60_000;

type StoreStep = Parameters<typeof refusedByStore>[0];

export interface CallOptions<T> {
  readonly name: string;
  /** Which side answers, and so which error tells of a failure. */
  readonly side: { readonly gitlab: string } | { readonly store: StoreStep };
  readonly gate?: Gate | undefined;
  /** Carries the call out; `age` is how old a read may be. */
  readonly carryOut: (age: number) => T;
}

export interface ProcessLife {
  /** Never resolves; whoever waits for the process learns that it is dead. */
  die(): Promise<never>;
  readonly isDead: () => boolean;
  stop(): void;
}

export interface CallerOptions {
  readonly who: string;
  readonly world: World;
  readonly turns: Turns;
  readonly faults: readonly CallFault[];
  readonly stale: readonly number[];
  readonly life: ProcessLife;
}

export interface Caller {
  read<T>(options: CallOptions<T>): Promise<T>;
  write<T>(options: CallOptions<T>): Promise<T>;
  /** How many calls were made, and of what kind each was. */
  readonly made: readonly { readonly name: string; readonly writes: boolean }[];
}

const failed = (side: CallOptions<unknown>["side"], outcome: "refused" | "unknown"): Error =>
  "gitlab" in side ? refusedByGitLab(side.gitlab, outcome) : refusedByStore(side.store, outcome);

/** Makes the calls of one process: each waits for its turn, takes time, and meets the fault chosen for it. */
export const createCaller = ({ who, world, turns, faults, stale, life }: CallerOptions): Caller => {
  const made: { name: string; writes: boolean }[] = [];
  const begin = async (name: string, writes: boolean): Promise<Fault | undefined> => {
    const index = made.push({ name, writes }) - 1;
    const fault = faults.find(({ call }) => call === index || isFirst(call, name))?.fault;
    await turns.take(`${who} ${name}`);
    // What was under way when the process died arrives; nothing else leaves it.
    if (life.isDead()) await life.die();
    world.advance(HOP);
    if (fault !== undefined) world.journal.note(`${who} ${name}: ${fault.kind}`);
    if (fault?.kind === "stop") life.stop();
    if (fault?.kind === "frozen") world.advance(fault.for);
    if (fault?.kind === "dies-before") await life.die();
    return fault;
  };
  const isFirst = (prefix: number | string, name: string): boolean =>
    typeof prefix === "string" &&
    name.startsWith(prefix) &&
    made.filter((call) => call.name.startsWith(prefix)).length === 1;
  const note = (name: string): void => world.journal.note(`${who} ${name}`);

  return {
    made,
    async read({ name, side, carryOut }) {
      const fault = await begin(name, false);
      if (fault?.kind === "slow") world.advance(fault.for);
      if (fault?.kind === "refused") throw failed(side, "refused");
      if (fault?.kind === "unanswered" || fault?.kind === "lost" || fault?.kind === "late")
        throw failed(side, "unknown");
      const age =
        fault?.kind === "stale" ? fault.by : "store" in side ? (stale[made.length % stale.length] ?? 0) : 0;
      const answer = carryOut(age);
      if (fault?.kind === "dies-after") await life.die();
      return answer;
    },
    async write({ name, side, gate, carryOut }) {
      const fault = await begin(name, true);
      gate?.();
      const departed = world.now();
      if (fault?.kind === "refused") throw failed(side, "refused");
      if (fault?.kind === "unanswered") throw failed(side, "unknown");
      if (fault?.kind === "late") {
        world.arriveLater(LATE, () => {
          note(`${name} arrives late`);
          try {
            carryOut(0);
          } catch {
            // Refused by then: there is nobody left to tell.
          }
        });
        throw failed(side, "unknown");
      }
      await turns.take(`${who} ${name} arrives`);
      world.advance(HOP + (fault?.kind === "slow" ? fault.for : 0));
      if ("store" in side && world.now() - departed > SIGNATURE) throw failed(side, "refused");
      note(name);
      const answer = carryOut(0);
      if (fault?.kind === "dies-after" || life.isDead()) await life.die();
      if (fault?.kind === "lost") throw failed(side, "unknown");
      return answer;
    },
  };
};
