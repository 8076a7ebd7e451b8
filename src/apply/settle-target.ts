import type { DeployToken } from "../model/deploy-token.ts";
import type { Policy } from "../model/policy.ts";
import { type Coverage, lineagesOf } from "../plan/coverage.ts";
import { decide } from "../plan/decide.ts";
import { findTaggedSecret } from "../plan/find-secret.ts";
import type { Lineage, Observed } from "../plan/lineage.ts";
import { isSettled, namesItsTarget } from "../plan/settled.ts";
import { instantOf } from "./deadline.ts";
import type { Planned } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import type { Sweep } from "./sweep.ts";
import type { TokenSweep } from "./sweep-tokens.ts";
import { findUnplaced, listsOthers, tokensNamedBy } from "./unplaced-tokens.ts";

/** Everything that was read in bulk. */
export interface Swept {
  readonly sweep: Sweep;
  readonly tokenSweep: TokenSweep;
}

type SettlePorts = Pick<Ports, "clock" | "safety">;

const unique = (tokens: readonly DeployToken[]): DeployToken[] => [
  ...new Map(tokens.map((token) => [token.id, token])).values(),
];

const settleLineage = (
  { clock, safety }: SettlePorts,
  lineage: Lineage,
  { sweep, tokenSweep }: Swept,
): Planned | undefined => {
  const tagged = sweep.tagged(lineage.tag);
  const secret = findTaggedSecret(lineage, tagged);
  if (secret?.status !== "found" || !namesItsTarget(lineage, secret.description)) return undefined;
  if (tagged.some((one) => listsOthers(one, tokenSweep.tokens))) return undefined;
  // Those of secrets that do not count, too: a look at the target would show them.
  const tokens = unique(tagged.flatMap((one) => tokensNamedBy(one, tokenSweep.tokens)));
  // Whose a token is, is known by nothing but the secret that names it: two of them tell nothing.
  if (tokens.some(({ id }) => sweep.isClaimedElsewhere(id, secret.description.arn))) return undefined;
  const observed: Observed = {
    tokens,
    clockSkew: tokenSweep.clockSkew,
    secret,
    probed: undefined,
    versionIds: undefined,
    claimedElsewhere: new Set(),
    sweepComplete: sweep.complete,
  };
  const decision = decide({ lineage, observed, safety, now: clock.now() });
  if (!isSettled(decision)) return undefined;
  const listedIds = new Set(tokens.map(({ id }) => id));
  return { lineage, seen: { observed, decision, listedIds, describedAt: instantOf(clock) } };
};

/** What can be said of targets from what was read in bulk. */
export interface SettleTarget {
  /**
   * Its lineages; `undefined` where anything about it is due, unknown or new, so that it must be listed. It only ever says
   * that there is nothing to do: whatever is done is decided by what the target itself shows.
   */
  target(coverage: Coverage): readonly Planned[] | undefined;
  /** A target's own list: whatever it holds, no other target does. */
  listed(tokens: readonly DeployToken[]): void;
}

/** Tells nothing where the secrets could not all be seen: one of those may name any token. */
export const createSettleTarget = (
  ports: SettlePorts,
  { policy, sweep, tokenSweep }: Swept & { readonly policy: Policy },
): SettleTarget | undefined => {
  if (!sweep.complete) return undefined;
  const unplaced = findUnplaced(sweep, tokenSweep.tokens, ports.clock.now());
  const settleAll = (coverage: Coverage): readonly Planned[] | undefined => {
    const planned: Planned[] = [];
    for (const lineage of lineagesOf(coverage, policy, sweep.namesOf(coverage.target))) {
      const settled = settleLineage(ports, lineage, { sweep, tokenSweep });
      if (settled === undefined) return undefined;
      planned.push(settled);
    }
    return planned;
  };
  return {
    target: (coverage) => (unplaced.mayBelongTo(coverage) ? undefined : settleAll(coverage)),
    listed: unplaced.found,
  };
};
