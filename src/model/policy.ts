import type { Scope } from "./deploy-token.ts";
import type { Severity } from "./digest.ts";
import type { Duration } from "./duration.ts";
import type { TargetReference } from "./target.ts";

export const FORMATS = ["json", "plain"] as const;
export type Format = (typeof FORMATS)[number];

export const VERIFY = ["auto", "off"] as const;
export type Verify = (typeof VERIFY)[number];

/** What happens to a token made by hand, whose value is not in the store. */
export const EXISTING = ["adopt", "replace", "report"] as const;
export type Existing = (typeof EXISTING)[number];

export const NEVER_EXPIRES = ["report", "rotate"] as const;
export type NeverExpires = (typeof NEVER_EXPIRES)[number];

/** The part of a token entry that `defaults` may give too. */
export interface TokenSettings {
  readonly lifetime: Duration;
  readonly renewBefore: Duration;
  readonly overlap: Duration;
  /** A template: `{kind}`, `{path}`, `{name}`, `{id}`. */
  readonly secret: string;
  readonly format: Format;
  readonly verify: Verify;
  readonly existing: Existing;
  readonly existingOverlap: Duration | "expiry";
  readonly neverExpires: NeverExpires;
  readonly adoptSecret: boolean;
}

/** Where in rotation.yaml something stands, for messages about what shows only at run time. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface DeclaredToken extends TokenSettings {
  readonly kind: "declared";
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly username: string | undefined;
  readonly position: Position;
}

export interface MatchedTokens extends TokenSettings {
  readonly kind: "match";
  /** A glob over token names; `*` also matches `/`. */
  readonly pattern: string;
  readonly username: string | undefined;
  readonly position: Position;
}

export type TokenEntry = DeclaredToken | MatchedTokens;

export interface ProjectEntry {
  readonly target: TargetReference & { readonly kind: "project" };
  readonly tokens: readonly TokenEntry[];
  readonly position: Position;
}

/** Projects below a group that are left out. */
export interface Exclusion {
  /** A glob over full paths. */
  readonly pattern: string;
  readonly position: Position;
}

export interface GroupEntry {
  readonly target: TargetReference & { readonly kind: "group" };
  readonly tokens: readonly TokenEntry[];
  /** Every project below the group, at any depth. */
  readonly projects:
    | { readonly exclude: readonly Exclusion[]; readonly tokens: readonly TokenEntry[] }
    | undefined;
  readonly position: Position;
}

export interface AwsStoreSettings {
  readonly type: "aws-secrets-manager";
  readonly region: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface FileStoreSettings {
  readonly type: "file";
  /** As written, relative to the policy file's folder. */
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Schedule {
  readonly cron: string;
  readonly timezone: string;
  readonly jitter: Duration;
}

/** Where the server of `run` listens. */
export interface Listen {
  /** An address or a name; IPv6 without brackets. */
  readonly host: string;
  /** 0 is any free one. */
  readonly port: number;
}

/** Where something secret stands; the policy itself never holds it. */
export type SecretSource =
  | { readonly from: "env"; readonly name: string }
  /** As written, relative to the policy file's folder. */
  | { readonly from: "file"; readonly path: string };

interface AnyReceiver {
  /** Unique. */
  readonly name: string;
  readonly minSeverity: Severity;
  /** Globs over full paths. `undefined` for everything, the rotator's own troubles included. */
  readonly targets: readonly string[] | undefined;
}

export interface SlackReceiver extends AnyReceiver {
  readonly type: "slack";
  readonly url: SecretSource;
}

export interface WebhookReceiver extends AnyReceiver {
  readonly type: "webhook";
  readonly url: SecretSource | { readonly from: "policy"; readonly url: string };
  /** Signs what is sent. */
  readonly secret: SecretSource | undefined;
}

export interface SnsReceiver extends AnyReceiver {
  readonly type: "sns";
  readonly topicArn: string;
  readonly region: string;
}

/** Who is told what needs someone. */
export type ReceiverSettings = SlackReceiver | WebhookReceiver | SnsReceiver;

/** A pass is this process's alone. */
export interface LocalEngine {
  readonly type: "local";
}

/** Passes are shared by every process of that name on one Redis. */
export interface FleetEngine {
  readonly type: "bullmq";
  /** Without credentials; REDIS_URL stands before it. */
  readonly url: string | undefined;
  /** Tells the fleets on one Redis apart. */
  readonly name: string;
}

/** rotation.yaml once checked: every default filled in, every duration in milliseconds. */
export interface Policy {
  readonly gitlab: {
    /** Without a trailing slash; may hold a relative root. */
    readonly url: string;
    readonly instance: string;
  };
  readonly store: AwsStoreSettings | FileStoreSettings;
  readonly schedule: Schedule | undefined;
  readonly projects: readonly ProjectEntry[];
  readonly groups: readonly GroupEntry[];
  readonly limits: {
    readonly concurrency: number;
    readonly gitlabRequestsPerSecond: number;
    /** Tokens created in one pass. */
    readonly maxRotations: number;
  };
  readonly safety: { readonly rotationDeadline: Duration; readonly strayAfter: Duration };
  /** Off unless set. */
  readonly server: Listen | undefined;
  readonly notify: readonly ReceiverSettings[];
  /** Who carries passes out; with `run` only. */
  readonly engine: LocalEngine | FleetEngine;
}
