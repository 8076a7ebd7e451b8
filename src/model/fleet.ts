/** A process of the fleet, as it tells of itself. Nothing secret. */
export interface Replica {
  /** Made anew with each start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** The hash of the policy that it was given. */
  readonly policy: string;
  /** When it took that policy up, by Redis's clock. */
  readonly since: Date;
  /** In words; absent while it waits for work. */
  readonly doing: string | undefined;
}

/** A pass that the fleet is at. */
export interface FleetPass {
  readonly id: string;
  readonly policy: string;
  readonly startedAt: Date;
}

/** How the fleet stands, as one process last saw it. */
export interface FleetView {
  readonly name: string;
  /** The replica that tells; absent for who only looks. */
  readonly self: string | undefined;
  /** The live ones, the oldest first. */
  readonly replicas: readonly Replica[];
  /** The hash of the policy that counts; absent when nobody lives. */
  readonly policyInForce: string | undefined;
  /** Since when Redis gives no answer. */
  readonly lostSince: Date | undefined;
}
