import type { Digest } from "../model/digest.ts";

export interface Delivery {
  /** The same for every attempt, so that a receiver can tell a repeat. */
  readonly id: string;
  readonly digest: Digest;
  readonly signal: AbortSignal;
}

/** Someone who is told. */
export interface Receiver {
  /** Where to, without what is secret in it. Throws `NotificationError` when something is not set. */
  address(): string;
  /** One attempt. Throws `NotificationError`. */
  send(delivery: Delivery): Promise<void>;
  close(): void;
}
