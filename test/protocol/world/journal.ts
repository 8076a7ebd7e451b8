/** What happened in a world, for people to read, and the promises that were broken. */
export interface Journal {
  readonly lines: string[];
  readonly violations: string[];
  note(text: string): void;
  /** `invariant` is its number in the design's list of promises. */
  violated(invariant: number, text: string): void;
}

const minutes = (milliseconds: number): string => `${(milliseconds / 60_000).toFixed(1)}m`;

export const createJournal = (elapsed: () => number): Journal => {
  const lines: string[] = [];
  const violations: string[] = [];
  const note = (text: string): void => {
    lines.push(`${minutes(elapsed())}  ${text}`);
  };
  return {
    lines,
    violations,
    note,
    violated(invariant, text) {
      violations.push(`invariant ${invariant}: ${text}`);
      note(`VIOLATION of invariant ${invariant}: ${text}`);
    },
  };
};
