import type { DeployToken } from "../model/deploy-token.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { Policy } from "../model/policy.ts";
import type { SecretDescription } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { type Coverage, declaredNames, lineageOf } from "../plan/coverage.ts";
import { namesItsTarget } from "../plan/settled.ts";
import type { KeptLineage } from "./kept-lineage.ts";
import { isPlanned, type Planned } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import { settleLineage } from "./settle-lineage.ts";
import type { Sweep } from "./sweep.ts";
import type { TokenSweep } from "./sweep-tokens.ts";
import { createPlacing, listsOthers, tokensNamedBy } from "./unplaced-tokens.ts";

type Settled = Planned | KeptLineage;

/** What can be said of targets without listing each. */
export interface SettleTarget {
  /**
   * Its lineages; `undefined` where anything about it is due, unknown or new, so that it must be listed. It only ever says
   * that there is nothing to do: whatever is done is decided by what the target itself shows.
   */
  target(coverage: Coverage): readonly Settled[] | undefined;
  /** A target's own list: whatever it holds, no other target does. */
  listed(tokens: readonly DeployToken[]): void;
}

/** Looks at each secret as it comes, so that most is decided while the next ones are under way. */
export interface Settler {
  take(secret: SecretDescription, number: number): void;
  /** `undefined` where the secrets could not all be seen: one of those may name any token. */
  finish(sweep: Sweep): SettleTarget | undefined;
}

export interface SettlerOptions {
  readonly policy: Policy;
  readonly coverages: readonly Coverage[];
  readonly tokenSweep: TokenSweep;
}

const keyOf = ({ kind, id }: Pick<Target, "kind" | "id">): string => `${kind} ${id}`;
const nameOf = (settled: Settled): string => (isPlanned(settled) ? settled.lineage.token : settled.token);

export const createSettler = (
  ports: Pick<Ports, "clock" | "safety">,
  { policy, coverages, tokenSweep }: SettlerOptions,
): Settler => {
  const { tokens, clockSkew } = tokenSweep;
  const byTarget = new Map(coverages.map((coverage) => [keyOf(coverage.target), coverage]));
  const placing = createPlacing(tokens);
  /** By the number of the secret. One that the policy does not cover is nobody's business. */
  const decided: (Settled | "not covered" | undefined)[] = [];

  const take = (secret: SecretDescription, number: number): void => {
    const tag = decodeLineageTag(secret.tags[LINEAGE_TAG] ?? "");
    const coverage = tag && byTarget.get(keyOf({ kind: tag.kind, id: tag.targetId }));
    if (tag?.token === undefined || coverage === undefined) return;
    const lineage = lineageOf(coverage, policy, tag.token);
    decided[number] = lineage === undefined ? "not covered" : undefined;
    if (lineage === undefined || !namesItsTarget(lineage, secret)) return;
    const named = tokensNamedBy(secret, tokens);
    placing.place(named);
    decided[number] = listsOthers(secret, tokens)
      ? undefined
      : settleLineage(ports, lineage, { secret, tokens: named, clockSkew });
  };

  const settleTarget = (coverage: Coverage, sweep: Sweep): readonly Settled[] | undefined => {
    const settled = new Map<string, Settled>();
    for (const number of sweep.numbersOf(coverage.target)) {
      const found = decided[number];
      if (found === "not covered") continue;
      // Whose a token is, is known by nothing but the secret that names it: two of them tell nothing.
      if (found === undefined || sweep.isDisputed(number) || settled.has(nameOf(found))) return undefined;
      settled.set(nameOf(found), found);
    }
    const isWhole = declaredNames(coverage).every((name) => settled.has(name));
    return isWhole ? [...settled.values()] : undefined;
  };
  return {
    take,
    finish: (sweep) => {
      if (!sweep.complete) return undefined;
      const unplaced = placing.unplaced(ports.clock.now());
      return {
        target: (coverage) => (unplaced.mayBelongTo(coverage) ? undefined : settleTarget(coverage, sweep)),
        listed: unplaced.found,
      };
    },
  };
};
