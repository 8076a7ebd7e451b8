import type { Result } from "./result.ts";

/** What every scenario is given. */
export interface Bench {
  /** Tiny worlds and one round: whether it works, not how fast. */
  readonly quick: boolean;
  readonly rounds: number;
  /** For files of its own; it goes when the bench ends. */
  readonly folder: string;
  /** A line of progress. */
  tell(line: string): void;
}

export interface Scenario {
  readonly letter: string;
  readonly title: string;
  run(bench: Bench): Promise<Result>;
}
