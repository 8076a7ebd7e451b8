import type { CallFault } from "./faults.ts";
import type { PolicyChoice } from "./policy-choice.ts";

export type Kind = "project" | "group";

/** One pass of one process, and what befalls it. */
export interface PassPlan {
  readonly daemon: number;
  readonly faults: readonly CallFault[];
  /** How old the reads of the store are, in milliseconds, in turn. */
  readonly stale: readonly number[];
  /** What a person asked of the pass, for the lineage of the project. */
  readonly request?: "rotate" | "rotate-leaked" | undefined;
  /** The random part of `expires`, from 0 to 1. */
  readonly random: number;
}

/** What people do behind our back. */
export type Edit =
  | { readonly edit: "revoke" | "remove"; readonly of: Kind; readonly which: "current" | "oldest" | "newest" }
  | { readonly edit: "create"; readonly of: Kind; readonly days: number | "never" }
  | { readonly edit: "put" | "give-away"; readonly of: Kind }
  | { readonly edit: "move-current"; readonly of: Kind; readonly to: number }
  | { readonly edit: "strip-tags"; readonly of: Kind }
  | { readonly edit: "schedule-deletion" | "restore-secret"; readonly of: Kind }
  | { readonly edit: "duplicate"; readonly of: Kind }
  | { readonly edit: "replica-stuck" | "replica-follows"; readonly of: Kind }
  | { readonly edit: "move-project"; readonly path: string }
  | { readonly edit: "back-up" | "restore-gitlab" };

export type Event =
  | { readonly wait: number }
  | {
      readonly passes: readonly PassPlan[];
      readonly beside: readonly BesideEvent[];
      readonly picks?: readonly number[];
    }
  | BesideEvent;

/** Whatever may also happen while passes run. */
export type BesideEvent =
  | { readonly wait: number }
  | Edit
  | { readonly clock: number; readonly ahead: number }
  | { readonly policy: number | "all"; readonly change: Partial<PolicyChoice> };

export interface Schedule {
  readonly policy: PolicyChoice;
  readonly events: readonly Event[];
}
