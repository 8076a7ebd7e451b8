import type { Clock } from "../model/clock.ts";
import type { DeployToken } from "../model/deploy-token.ts";
import type { GitLab, SecretStore, TokenListing } from "../model/ports.ts";
import { type Decision, decide, idToProbe, needsVersionIds, type Request } from "../plan/decide.ts";
import { findTaggedSecret } from "../plan/find-secret.ts";
import type { FoundSecret, Lineage, Observed, SafetySettings } from "../plan/lineage.ts";
import { isValidSecretName } from "../policy/template.ts";
import { type Instant, instantOf } from "./deadline.ts";
import type { Sweep } from "./sweep.ts";

/** What the steps need of the world. */
export interface Ports {
  readonly gitlab: GitLab;
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly safety: SafetySettings;
  /** Whole numbers from 0 up to and including `max`. */
  readonly random: (max: number) => number;
}

export interface Observation {
  readonly observed: Observed;
  readonly decision: Decision;
  /** Every token that the target had, whatever its name. */
  readonly listedIds: ReadonlySet<number>;
  /** When the secret was described, by both clocks: a deletion relies on it for a minute only. */
  readonly describedAt: Instant;
}

export interface ObservationInput {
  readonly lineage: Lineage;
  readonly sweep: Sweep;
  readonly request?: Request | undefined;
  /** Absent where the target is to be listed again. */
  readonly listing?: TokenListing | undefined;
  /** Describe the secret even where the sweep shows it. */
  readonly fresh: boolean;
  /** See `Observed`. */
  readonly versionsBefore?: ReadonlySet<string> | undefined;
}

const findSecret = async ({ store }: Ports, input: ObservationInput): Promise<FoundSecret> => {
  const { lineage, sweep, fresh } = input;
  const tagged = findTaggedSecret(lineage, sweep.tagged(lineage.tag));
  if (tagged?.status === "duplicate" || (tagged?.status === "found" && !fresh)) return tagged;
  if (tagged === undefined && !isValidSecretName(lineage.secretName)) return { status: "absent" };
  const secretId = tagged?.status === "found" ? tagged.description.arn : lineage.secretName;
  const description = await store.describe(secretId);
  return description === undefined ? { status: "absent" } : { status: "found", description };
};

/** Reads what a decision about the lineage needs, and no more: the odd GET and the version list only where they matter. */
export const observe = async (ports: Ports, input: ObservationInput): Promise<Observation> => {
  const { gitlab, store, clock, safety } = ports;
  const { lineage, request } = input;
  const sweep = input.fresh ? await input.sweep.upToDate() : input.sweep;
  const describedAt = instantOf(clock);
  const [secret, listing] = await Promise.all([
    findSecret(ports, { ...input, sweep }),
    input.listing ?? gitlab.listTokens(lineage.target),
  ]);
  const arn = secret.status === "found" ? secret.description.arn : undefined;
  const tokens = listing.tokens.filter(({ name }) => name === lineage.token);
  const claimed = tokens.filter(({ id }) => sweep.isClaimedElsewhere(id, arn)).map(({ id }) => id);
  let observed: Observed = {
    tokens,
    clockSkew: listing.clockSkew,
    secret,
    probed: undefined,
    versionIds: undefined,
    versionsBefore: input.versionsBefore,
    claimedElsewhere: new Set(claimed),
    sweepComplete: sweep.complete,
  };
  const decideNow = (): Decision => decide({ lineage, observed, safety, now: clock.now(), request });
  let decision = decideNow();
  const probe = idToProbe(decision);
  if (probe !== undefined) {
    const token: DeployToken | undefined = await gitlab.getToken(lineage.target, probe);
    observed = { ...observed, probed: token?.name === lineage.token ? token : undefined };
    decision = decideNow();
  }
  if (arn !== undefined && needsVersionIds(decision)) {
    observed = { ...observed, versionIds: await store.versions(arn) };
    decision = decideNow();
  }
  return { observed, decision, describedAt, listedIds: new Set(listing.tokens.map(({ id }) => id)) };
};
