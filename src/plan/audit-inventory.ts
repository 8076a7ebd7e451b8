import type { DeployToken } from "../model/deploy-token.ts";
import type { SecretDescription } from "../model/ports.ts";
import type { AuditTarget } from "./audit-scope.ts";
import type { UnreadEntry } from "./coverage.ts";
import type { Lineage, Observed } from "./lineage.ts";

/** A lineage of the policy; `observed` is absent where it could not be. */
export interface InventoryLineage {
  readonly lineage: Lineage;
  readonly observed: Observed | undefined;
}

export interface InventoryTarget extends AuditTarget {
  /** Absent where they could not be listed. */
  readonly tokens: readonly DeployToken[] | undefined;
  readonly lineages: readonly InventoryLineage[];
}

/** What there is, as far as it could be looked at: all that an audit is made from, beside the policy and the time. */
export interface Inventory {
  readonly targets: readonly InventoryTarget[];
  /** Every secret with a lineage tag of this instance. */
  readonly secrets: readonly SecretDescription[];
  /** Targets, as `project 42`, that GitLab does not show although a secret names them. */
  readonly gone: ReadonlySet<string>;
  /** Every token of the instance; absent where we are no administrator, or were told not to ask. */
  readonly instance: readonly DeployToken[] | undefined;
  readonly unread: readonly UnreadEntry[];
  /** What could not be looked at, in words. */
  readonly problems: readonly string[];
}
