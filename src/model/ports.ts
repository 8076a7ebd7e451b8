import type { Gate } from "./clock.ts";
import type { CreatedDeployToken, Credential, DeployToken, DeployTokenRequest } from "./deploy-token.ts";
import type { Secret } from "./secret.ts";
import type { Target, TargetReference } from "./target.ts";

export interface TokenListing {
  /** Every token of the target, revoked and expired ones too, read to the last page. */
  readonly tokens: readonly DeployToken[];
  /** Our clock less GitLab's, in milliseconds; absent when no answer carried a `Date`. */
  readonly clockSkew: number | undefined;
}

/** A page of the list of all tokens of the instance. It tells of none whose it is. */
export interface InstancePage {
  readonly tokens: readonly DeployToken[];
  /** As in `TokenListing`. */
  readonly clockSkew: number | undefined;
  /** How many there are on all pages; GitLab counts up to 10,000 only. */
  readonly total: number | undefined;
}

/** Mostly without asking GitLab anything more. */
export type ReadListing = () => Promise<TokenListing>;

/** How far a new token's value was tried out. */
export interface Verification {
  /** Scopes that logged in, e.g. `read_registry`. */
  readonly verified: readonly string[];
  /** What could not be tried, in words, e.g. `read_package_registry: a public project answers anyone`. */
  readonly unverified: readonly string[];
}

/** GitLab, as far as we use it. Every method throws `GitLabError`. */
export interface GitLab {
  /** One project or group, by id or full path. */
  resolve(reference: TargetReference): Promise<Target>;
  /** Every unarchived project below the group, at any depth; shared ones left out. */
  projectsBelow(group: Target): AsyncIterable<Target>;
  /**
   * Every token of the whole instance, revoked and expired ones too, by ascending id. Only administrators may: anybody else
   * is refused on the first page. A token that is deleted while pages are turned may hide another.
   */
  instanceTokens(): AsyncIterable<InstancePage>;
  /** Whether GitLab lets us read that list, for the price of one token of it. Throws where it does not say. */
  mayListInstance(): Promise<boolean>;
  listTokens(target: Target): Promise<TokenListing>;
  /**
   * The same in two steps: what GitLab has answered, to be read later. Many that are read in one go take a fraction of the
   * time of as many that are read one by one, between requests. Reading may throw too.
   */
  fetchTokens(target: Target): Promise<ReadListing>;
  /** `undefined` when the target has no token of that id; a target that is gone throws. */
  getToken(target: Target, id: number): Promise<DeployToken | undefined>;
  /** Sent exactly once, but for a 429, which GitLab has not processed. `outcome` tells what a failure means. */
  createToken(target: Target, request: DeployTokenRequest, gate: Gate): Promise<CreatedDeployToken>;
  /** A token that is gone already counts as deleted. `gate` is asked before every attempt. */
  deleteToken(target: Target, id: number, gate: Gate): Promise<void>;
  /** Logs in with it. Throws `VerificationError` when GitLab refuses it, `GitLabError` when nobody can tell. */
  verifyToken(target: Target, token: DeployToken, credential: Credential): Promise<Verification>;
  /** Already reads where the target's next token is to be tried, so that `verifyToken` need not wait for it. Never throws. */
  prepareVerification?(target: Target): Pick<GitLab, "verifyToken">;
}

export interface SecretVersion {
  readonly id: string;
  /** Staging labels: `AWSCURRENT`, `AWSPREVIOUS`, … */
  readonly labels: readonly string[];
}

/** What can be read of a secret without ever reading its value. */
export interface SecretDescription {
  /** The address that survives a rename: the ARN, or the file store's name. */
  readonly arn: string;
  readonly name: string;
  /** Labelled versions only. Empty for a secret without a value. */
  readonly versions: readonly SecretVersion[];
  readonly tags: Readonly<Record<string, string>>;
  /** When anything about it last changed: value, labels, tags. */
  readonly lastChangedAt: Date | undefined;
  /** Set while it is scheduled for deletion. */
  readonly deletionDate: Date | undefined;
  /** It lives in another region and can only be read here. */
  readonly isReplica: boolean;
  readonly rotationEnabled: boolean;
  /** The AWS service that owns it, e.g. `rds`. */
  readonly owningService: string | undefined;
  /** Regions whose copy is not `InSync`, with what AWS says about them. */
  readonly replicasBehind: readonly string[];
}

/** A version id and the value that it names. */
export interface SecretPut {
  readonly versionId: string;
  readonly value: Secret;
  /** Asked as each attempt goes out, after it was signed. */
  readonly gate: Gate;
}

/** What has to hold for a record to be written. */
export interface RecordConditions {
  /** Asked at the last moment. */
  readonly gate?: Gate;
  /**
   * The record that the caller saw and means to replace, if there was any. A store that can compare and write in one
   * step refuses when another stands there; AWS cannot: TagResource knows no condition.
   */
  readonly over: string | undefined;
}

/** Where the credentials are kept. Every method throws `SecretStoreError`; none reads a value. */
export interface SecretStore {
  /** Every secret with our lineage tag, planned deletions included. May be minutes old. */
  list(): AsyncIterable<SecretDescription>;
  /** `undefined` only when it does not exist; a refusal throws. */
  describe(secretId: string): Promise<SecretDescription | undefined>;
  /** The ids of all versions, labelled or not. */
  versions(secretId: string): Promise<readonly string[]>;
  /** Creates the secret without a value; when one of that name exists, does nothing. Returns its address. */
  ensure(name: string, tags: Readonly<Record<string, string>>): Promise<string>;
  /** Sets these tags and leaves the others. */
  record(
    secretId: string,
    tags: Readonly<Record<string, string>>,
    conditions?: RecordConditions,
  ): Promise<void>;
  /** Stores the value as `AWSCURRENT`, the version before becoming `AWSPREVIOUS`. `outcome` tells what a failure means. */
  put(secretId: string, put: SecretPut): Promise<void>;
}
