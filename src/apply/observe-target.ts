import { type DeployToken, isLive } from "../model/deploy-token.ts";
import type { Policy } from "../model/policy.ts";
import type { TokenListing } from "../model/ports.ts";
import { type Coverage, lineagesOf } from "../plan/coverage.ts";
import type { Lineage } from "../plan/lineage.ts";
import { KeptLineage } from "./kept-lineage.ts";
import {
  isPlanned,
  observationFailed,
  type Planned,
  type PlannedOrReport,
  targetFailed,
} from "./lineage-report.ts";
import { observe, type Ports } from "./observe.ts";
import type { Sweep } from "./sweep.ts";

/**
 * The names that exist: of live tokens, and of secrets. Where secrets cannot be listed, a dead token may still be the
 * one that a secret holds, which only a look at that secret tells.
 */
export const namesThatExist = (
  tokens: readonly DeployToken[],
  { sweep, coverage, now }: { readonly sweep: Sweep; readonly coverage: Coverage; readonly now: Date },
): readonly string[] => [
  ...tokens.filter((token) => !sweep.complete || isLive(token, now)).map(({ name }) => name),
  ...sweep.namesOf(coverage.target),
];

/** A name that no glob would have taken up, had the secrets been listed. */
const isNobodys = ({ lineage, seen }: Planned): boolean =>
  lineage.entry.kind === "match" &&
  seen.decision.main.reason === "Removed" &&
  seen.decision.account.owner !== "us";

export const hasItsSecret = ({ seen }: Planned): boolean => seen.decision.account.owner === "us";

/** Whether another declared token, or one with a secret, comes to the same new name; what only GitLab lists is not looked at. */
export const collidesAnywhere = (
  { secretName, tag }: Lineage,
  {
    coverages,
    policy,
    sweep,
  }: { readonly coverages: readonly Coverage[]; readonly policy: Policy; readonly sweep: Sweep },
): boolean =>
  coverages.some((coverage) =>
    lineagesOf(coverage, policy, sweep.namesOf(coverage.target)).some(
      (other) => other.secretName === secretName && other.tag !== tag,
    ),
  );

/** Every lineage of one target. One that cannot be observed fails alone. */
export const observeTarget = async (
  ports: Ports,
  {
    coverage,
    policy,
    sweep,
    listing,
  }: {
    readonly coverage: Coverage;
    readonly policy: Policy;
    readonly sweep: Sweep;
    readonly listing: TokenListing;
  },
): Promise<readonly PlannedOrReport[]> => {
  try {
    const names = namesThatExist(listing.tokens, { sweep, coverage, now: ports.clock.now() });
    const items: PlannedOrReport[] = [];
    for (const lineage of lineagesOf(coverage, policy, names)) {
      const item = await observe(ports, { lineage, sweep, listing, fresh: false }).then(
        (seen) => ({ lineage, seen }),
        (error: unknown) => observationFailed(lineage, error),
      );
      if (!isPlanned(item) || !isNobodys(item)) items.push(item);
    }
    return items;
  } catch (error) {
    return [targetFailed(coverage.target, error)];
  }
};

/**
 * Secrets that several lineages come to, those included that could not be observed: none of them runs. One whose secret
 * carries its tag needs no name any more, and runs on whatever others come to it.
 */
export const collidingSecrets = (items: readonly PlannedOrReport[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  return new Set(
    items
      .filter((item) => !(item instanceof KeptLineage) && (!isPlanned(item) || !hasItsSecret(item)))
      .flatMap((item) => (isPlanned(item) ? item.lineage.secretName : (item.secret ?? [])))
      .filter((name) => seen.size === seen.add(name).size),
  );
};
