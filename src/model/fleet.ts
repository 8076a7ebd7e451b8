import type { PassRecord } from "./history.ts";
import type { PassProgress } from "./overview.ts";

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

/** Whether who tells takes part in passes; `undefined` for who only looks, or is not known to the others yet. */
export const takesPart = ({ self, replicas, policyInForce }: FleetView): boolean | undefined => {
  const own = replicas.find(({ id }) => id === self);
  return own && own.policy === policyInForce;
};

/** What somebody sees who only looks at the fleet. */
export interface FleetLook {
  readonly name: string;
  /** Where Redis is, without its password. */
  readonly redis: string;
  readonly replicas: readonly Replica[];
  readonly policyInForce: string | undefined;
  /** The hash of the policy that the looker was given. */
  readonly policy: string;
  readonly pass: (FleetPass & Pick<PassProgress, "phase" | "done" | "total">) | undefined;
  readonly lastPass: PassRecord | undefined;
  /** Why nothing is known. */
  readonly error: string | undefined;
}
