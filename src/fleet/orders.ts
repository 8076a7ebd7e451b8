/** A replica takes few large parts at once, and many small ones. */
export const LANES = ["plan", "apply"] as const;
export type Lane = (typeof LANES)[number];

/** A part of a pass, for whichever replica comes first. Nothing secret is ever in it. */
export interface WorkOrder {
  /** Unique within its pass. */
  readonly name: string;
  readonly lane: Lane;
  readonly body: unknown;
}

export interface PassOrder {
  readonly id: string;
  readonly policy: string;
  readonly startedAt: Date;
}

/** What became of a part: what it came to, or why nothing did. */
export type Outcome = { readonly value: unknown } | { readonly failed: string };

/** What a pass's coordinator can do. Called anew after each round: what is there already is not done again. */
export interface PassHand {
  readonly order: PassOrder;
  /** What became of all of them. Throws what BullMQ has to see, until all are there. */
  results(orders: readonly WorkOrder[]): Promise<ReadonlyMap<string, Outcome>>;
}

export const perLane = <Made>(make: (lane: Lane) => Made): Record<Lane, Made> => ({
  plan: make("plan"),
  apply: make("apply"),
});
