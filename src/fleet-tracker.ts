/** What a replica is at, in words, for whoever looks at the fleet. */
export interface Tracker {
  track<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /** Absent when it is at nothing. */
  doing(): string | undefined;
  isBusy(): boolean;
  /** Resolves when nothing is in hand. */
  idle(): Promise<void>;
}

/** A list that nobody reads to its end is of no use. */
const SHOWN = 3;

export const createTracker = (): Tracker => {
  const inHand = new Set<{ readonly what: string }>();
  const waiting = new Set<() => void>();
  return {
    track: async (what, work) => {
      const entry = { what };
      inHand.add(entry);
      try {
        return await work();
      } finally {
        inHand.delete(entry);
        if (inHand.size === 0) for (const resolve of waiting) resolve();
      }
    },
    doing: () => {
      const texts = [...inHand].map(({ what }) => what);
      if (texts.length === 0) return undefined;
      const more = texts.length > SHOWN ? `, and ${texts.length - SHOWN} more` : "";
      return `${texts.slice(0, SHOWN).join("; ")}${more}`;
    },
    isBusy: () => inHand.size > 0,
    idle: () => (inHand.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
};
