import type { DeployToken } from "../model/deploy-token.ts";
import type { TokenEntry } from "../model/policy.ts";
import type { SecretDescription } from "../model/ports.ts";
import type { Target } from "../model/target.ts";

/** The tokens that succeed each other under one name of one target, and their one secret. */
export interface Lineage {
  readonly target: Target;
  readonly token: string;
  readonly entry: TokenEntry;
  /** What the secret's lineage tag must say. */
  readonly tag: string;
  /** The policy's name for the secret: it counts only until the secret exists. */
  readonly secretName: string;
}

/** The secret that a lineage's tag, or else the policy's name, leads to. */
export type FoundSecret =
  | { readonly status: "absent" }
  | { readonly status: "found"; readonly description: SecretDescription }
  | { readonly status: "duplicate"; readonly names: readonly string[] };

/** Everything that a decision about one lineage is made from, beside the policy and the time. */
export interface Observed {
  /** The target's tokens of this name, dead ones too. */
  readonly tokens: readonly DeployToken[];
  /** Our clock less GitLab's, in milliseconds. */
  readonly clockSkew: number | undefined;
  readonly secret: FoundSecret;
  /** What a GET answered for the token that `AWSCURRENT` names, where the list does not hold it. */
  readonly probed: DeployToken | undefined;
  /** The ids of all versions, labelled or not; absent where they were not needed. */
  readonly versionIds: readonly string[] | undefined;
  /** Versions that were there before this process stored its own: none of them can have become current since. */
  readonly versionsBefore?: ReadonlySet<string> | undefined;
  /** Ids of tokens that the labels of other secrets of this instance name. */
  readonly claimedElsewhere: ReadonlySet<number>;
  /** False where ListSecrets was denied, so that other secrets cannot be seen. */
  readonly sweepComplete: boolean;
}

export interface SafetySettings {
  readonly rotationDeadline: number;
  readonly strayAfter: number;
}
