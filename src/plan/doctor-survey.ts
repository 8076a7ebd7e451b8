import type { Target, TargetReference } from "../model/target.ts";
import type { Covered, Resolved } from "./coverage.ts";
import type { Lineage } from "./lineage.ts";

/** What there is behind the policy, as far as it could be read. */
export interface Survey {
  readonly resolved: Resolved;
  readonly covered: Covered;
  readonly unread: readonly { readonly target: TargetReference; readonly error: unknown }[];
  readonly targets: readonly SurveyedTarget[];
  /** Whether our access token is an administrator's. */
  readonly admin: boolean;
}

export interface SurveyedTarget {
  readonly target: Target;
  /** An entry of the policy names it, rather than a group above it. */
  readonly own: boolean;
  /** Why its tokens could not be listed. */
  readonly listError: unknown;
  /** 0 to 60; absent where it was not asked or not told. */
  readonly level: number | undefined;
  readonly lineages: readonly SurveyedLineage[];
}

export interface SurveyedLineage {
  readonly lineage: Lineage;
  /** A secret carries its tag already, so its name in the policy does not matter any more. */
  readonly hasSecret: boolean;
  /** Why nothing is done about it; absent where nothing hinders, or where the secret was not looked at. */
  readonly conflict: { readonly reason: string; readonly message: string } | undefined;
  /** Why its secret could not be read. */
  readonly error: unknown;
}
