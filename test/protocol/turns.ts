import type { Scheduler } from "fast-check";

/** Who goes next, where several processes run at once. */
export interface Turns {
  /** Resolves when it is this one's turn. */
  take(label: string): Promise<void>;
  /** Gives turns until `work` has ended. */
  until(work: Promise<unknown>): Promise<void>;
  /** Which of those that waited went, turn by turn: enough to play it again. */
  readonly picks: readonly number[];
}

/** For one process alone: always its turn. */
export const createSoleTurns = (): Turns => ({
  take: () => Promise.resolve(),
  until: async (work) => void (await work),
  picks: [],
});

/** fast-check chooses, and what it chose is written down. */
export const createScheduledTurns = (scheduler: Scheduler): Turns => {
  const waiting: object[] = [];
  const picks: number[] = [];
  return {
    picks,
    take: async (label) => {
      const mark = {};
      waiting.push(mark);
      await scheduler.schedule(Promise.resolve(), label);
      const index = waiting.indexOf(mark);
      picks.push(index);
      waiting.splice(index, 1);
    },
    until: async (work) => void (await scheduler.waitFor(work)),
  };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Waiting {
  readonly label: string;
  readonly go: () => void;
}

/** Chooses among those who wait, by their place in the line. */
const createChosenTurns = (choose: (waiting: readonly Waiting[], turn: number) => number): Turns => {
  const waiting: Waiting[] = [];
  const picks: number[] = [];
  return {
    picks,
    take: (label) => new Promise((go) => waiting.push({ label, go })),
    until: async (work) => {
      let ended = false;
      const end = (): void => {
        ended = true;
      };
      void work.then(end, end);
      for (;;) {
        await settled();
        if (ended || waiting.length === 0) break;
        const pick = choose(waiting, picks.length);
        picks.push(pick);
        waiting.splice(pick, 1)[0]?.go();
      }
      await work;
    },
  };
};

/** Plays written picks again; past their end the first in line goes. */
export const createReplayedTurns = (written: readonly number[]): Turns =>
  createChosenTurns((waiting, turn) => (written[turn] ?? 0) % waiting.length);

/**
 * `A until create`: A goes until it is about to create; `A`: it goes until nothing of it waits; `meanwhile`: one of the
 * events beside. Past the end of the directions the first in line goes.
 */
export const createDirectedTurns = (directions: readonly string[]): Turns => {
  const left = [...directions];
  return createChosenTurns((waiting) => {
    for (;;) {
      const [direction] = left;
      if (direction === undefined) return 0;
      const [who = "", end] = direction.split(" until ");
      const index = waiting.findIndex(({ label }) => label.startsWith(who));
      const isThere = end !== undefined && waiting[index]?.label.startsWith(`${who} ${end}`) === true;
      if (who === "meanwhile" || index < 0 || isThere) left.shift();
      if (index >= 0 && !isThere) return index;
    }
  });
};
