import type { DeployToken } from "../model/deploy-token.ts";
import type { SecretDescription } from "../model/ports.ts";
import { decide } from "../plan/decide.ts";
import { findTaggedSecret } from "../plan/find-secret.ts";
import type { Lineage, Observed } from "../plan/lineage.ts";
import { isSettled } from "../plan/settled.ts";
import { instantOf } from "./deadline.ts";
import { type KeptLineage, keepLittle } from "./kept-lineage.ts";
import type { Planned } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";

export interface Evidence {
  /** The only one with the lineage's tag; its name, too, says whose it is. */
  readonly secret: SecretDescription;
  /** The tokens that its versions name, by the list of all. */
  readonly tokens: readonly DeployToken[];
  readonly clockSkew: number | undefined;
}

/** What can be said of a lineage whose target was not looked at; `undefined` where anything about it is due or unknown. */
export const settleLineage = (
  { clock, safety }: Pick<Ports, "clock" | "safety">,
  lineage: Lineage,
  { secret: description, tokens, clockSkew }: Evidence,
): Planned | KeptLineage | undefined => {
  const secret = findTaggedSecret(lineage, [description]);
  if (secret?.status !== "found") return undefined;
  const observed: Observed = {
    tokens,
    clockSkew,
    secret,
    probed: undefined,
    versionIds: undefined,
    claimedElsewhere: new Set(),
    sweepComplete: true,
  };
  const decision = decide({ lineage, observed, safety, now: clock.now() });
  if (!isSettled(decision)) return undefined;
  const listedIds = new Set(tokens.map(({ id }) => id));
  return keepLittle({ lineage, seen: { observed, decision, listedIds, describedAt: instantOf(clock) } });
};
