import type { Reason } from "../model/report.ts";
import type { Account } from "./account.ts";
import type { Lineage, Observed, SafetySettings } from "./lineage.ts";
import type { Subject } from "./subject.ts";

export interface ConflictInput {
  readonly lineage: Lineage;
  readonly observed: Observed;
  readonly account: Account;
  readonly subject: Subject;
  readonly safety: SafetySettings;
  readonly now: Date;
}

export interface Conflict {
  readonly reason: Reason;
  /** What is wrong, and how to get out of it. */
  readonly message: string;
}

/** One thing that may be wrong. */
export type Check = (input: ConflictInput) => Conflict | undefined;
