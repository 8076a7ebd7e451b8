import type { TargetKind } from "./target.ts";

/** The mildest first. */
export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** What a concern is about: one lineage, a token that no policy covers, or the rotator as a whole. */
export const CONCERN_KINDS = ["lineage", "uncovered", "access-token", "pass", "warning"] as const;
export type ConcernKind = (typeof CONCERN_KINDS)[number];

/** Where it is; absent for what concerns the rotator as a whole. */
export interface ConcernTarget {
  readonly kind: TargetKind;
  readonly id: number | undefined;
  readonly path: string;
}

/** Something that needs someone. */
export interface Concern {
  /** What it is about: stays the same for as long as it lasts. */
  readonly key: string;
  /** What of it is news when it changes: never a number that counts down. */
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly kind: ConcernKind;
  /** A stable word: a reason, an audit code, an error code. */
  readonly reason: string;
  readonly errorCode: string | undefined;
  readonly target: ConcernTarget | undefined;
  readonly token: string | null;
  readonly tokenId: number | undefined;
  readonly expiresAt: Date | undefined;
  /** In words: what is so, and what to do. */
  readonly message: string;
  /** Said again after a day, where nothing changes. What comes in steps of its own is not. */
  readonly repeats: boolean;
}

export const CHANGES = ["new", "changed", "cleared", "open"] as const;
export type Change = (typeof CHANGES)[number];

export interface DigestItem extends Omit<Concern, "key" | "fingerprint" | "repeats"> {
  /** `open` stands for what was told before and has not changed. */
  readonly change: Change;
  /** When it was first told. */
  readonly since: Date;
}

/** A rotation, a creation or a deletion that went well. */
export interface DoneItem {
  readonly action: "create" | "rotate" | "delete";
  readonly reason: string;
  readonly target: ConcernTarget;
  readonly token: string | null;
  readonly tokenId: number | undefined;
  readonly newTokenId: number | undefined;
  readonly expiresAt: Date | undefined;
}

/** One message to one receiver: everything that a pass has to tell. Nothing secret; the text is other people's. */
export interface Digest {
  readonly event: "digest" | "test";
  readonly at: Date;
  readonly gitlab: string;
  /** Of what is not fine, the highest; `info` when everything is. */
  readonly severity: Severity;
  /** `2 need someone (1 new), 1 fine again`: no text of others in it. */
  readonly title: string;
  /** What is new first; may be cut. */
  readonly items: readonly DigestItem[];
  readonly counts: Readonly<Record<Change, number>>;
  readonly done: readonly DoneItem[];
  readonly doneCounts: Readonly<Record<DoneItem["action"], number>>;
}
