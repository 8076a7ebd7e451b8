import { GitLabError, SecretStoreError, type SecretStoreStep } from "../../src/model/errors.ts";

/** What befalls one call. Durations in milliseconds. */
export type Fault =
  /** An answer that says no: nothing was done. */
  | { readonly kind: "refused" }
  /** No answer, and nothing was done. */
  | { readonly kind: "unanswered" }
  /** No answer, but it was done. */
  | { readonly kind: "lost" }
  /** No answer, and it is done later, while the program goes on. */
  | { readonly kind: "late" }
  /** The process stands still before the call. */
  | { readonly kind: "frozen"; readonly for: number }
  /** The call is under way for so long. */
  | { readonly kind: "slow"; readonly for: number }
  /** A read of the store that shows what was so long ago. */
  | { readonly kind: "stale"; readonly by: number }
  /** The process dies before the call leaves, or after it was done. */
  | { readonly kind: "dies-before" }
  | { readonly kind: "dies-after" }
  /** SIGTERM as the call is made. */
  | { readonly kind: "stop" };

export interface CallFault {
  /** Which call of the pass, from 0; or the first one whose name begins so. */
  readonly call: number | string;
  readonly fault: Fault;
}

export const refusedByGitLab = (route: string, outcome: "refused" | "unknown"): GitLabError =>
  new GitLabError(`${route} failed`, { code: "ERR_GITLAB_UNAVAILABLE", route, outcome });

export const refusedByStore = (
  step: SecretStoreStep,
  outcome: "refused" | "unknown",
  code:
    | "ERR_SECRET_UNAVAILABLE"
    | "ERR_SECRET_ACCESS_DENIED"
    | "ERR_SECRET_INVALID" = "ERR_SECRET_UNAVAILABLE",
): SecretStoreError => new SecretStoreError(`${step} failed`, { code, step, outcome });
