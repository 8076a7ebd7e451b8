import type { Policy } from "../model/policy.ts";
import type { TokenListing } from "../model/ports.ts";
import type { InventoryLineage, InventoryTarget } from "../plan/audit-inventory.ts";
import type { AuditTarget } from "../plan/audit-scope.ts";
import { lineagesOf } from "../plan/coverage.ts";
import type { Lineage, Observed } from "../plan/lineage.ts";
import { observe, type Ports } from "./observe.ts";
import { namesThatExist } from "./observe-target.ts";
import type { Sweep } from "./sweep.ts";

export interface TargetWork {
  readonly policy: Policy;
  readonly sweep: Sweep;
  /** False where the store could not be asked at all: it is not asked again for every lineage. */
  readonly observes: boolean;
  readonly onProblem: (what: string, error: unknown) => void;
}

const observeLineage = async (
  ports: Ports,
  input: { readonly lineage: Lineage; readonly sweep: Sweep; readonly listing: TokenListing },
): Promise<Observed> => {
  const seen = await observe(ports, { ...input, fresh: false });
  const { current } = seen.decision.account;
  // The sweep may be minutes old: what it shows as current may have been replaced, and deleted, since.
  const looksGone = current.kind === "ours" && current.token === undefined;
  return looksGone ? (await observe(ports, { ...input, fresh: true })).observed : seen.observed;
};

/** The tokens of one target and the lineages that the policy makes of them. What cannot be read fails alone. */
export const inventoryTarget = async (
  ports: Ports,
  target: AuditTarget,
  { policy, sweep, observes, onProblem }: TargetWork,
): Promise<InventoryTarget> => {
  const { coverage } = target;
  const { kind, path } = target.target;
  const unlisted = (error: unknown): undefined => onProblem(`${kind} ${path}`, error) as undefined;
  const listing = await ports.gitlab.listTokens(target.target).catch(unlisted);
  const names = namesThatExist(listing?.tokens ?? [], { sweep, coverage, now: ports.clock.now() });
  const lineages: InventoryLineage[] = [];
  for (const lineage of lineagesOf(coverage, policy, names)) {
    if (listing === undefined || !observes) {
      lineages.push({ lineage, observed: undefined });
      continue;
    }
    const observed = await observeLineage(ports, { lineage, sweep, listing }).catch((error: unknown) => {
      onProblem(`${kind} ${path}, token ${lineage.token}`, error);
      return undefined;
    });
    lineages.push({ lineage, observed });
  }
  return { ...target, tokens: listing?.tokens, lineages };
};
