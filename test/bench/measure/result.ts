/** A number of the issue, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One contender's one run, as it was measured. */
export interface Run {
  readonly contender: string;
  readonly round: number;
  /** What is wrong with what it did, if anything is. */
  readonly problem?: string | undefined;
  readonly [measure: string]: string | number | undefined;
}

export interface Result {
  readonly goals: readonly Goal[];
  readonly tables: readonly Table[];
  readonly runs: readonly Run[];
  /** In words: what was left out, and why. */
  readonly notes: readonly string[];
  /** What cannot be: a pass that failed, a request too few. */
  readonly problems: readonly string[];
}
