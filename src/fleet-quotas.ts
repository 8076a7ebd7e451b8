import type { SharedQuotas } from "./connect.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Clock } from "./model/clock.ts";
import type { Policy } from "./model/policy.ts";

export interface QuotaOptions {
  readonly clock: Clock;
  /** Among how many a quota is shared while Redis says nothing. */
  readonly replicas: () => number;
  /** Another replica was refused: until when nothing is asked, in milliseconds of the wall clock. */
  readonly onPause: (until: number) => void;
}

/** GitLab counts the fleet's requests, not each replica's: one pace and one pause for all of them. */
export const createSharedQuotas = (
  fleet: Pick<Fleet, "pace" | "pauses">,
  { clock, replicas, onPause }: QuotaOptions,
): ((policy: Policy) => SharedQuotas) => {
  const now = (): number => clock.now().getTime();
  // How long, not until when: the clocks of two machines may differ.
  const pauses = fleet.pauses((length) => onPause(now() + length));
  return ({ limits }) => ({
    gitlab: fleet.pace({ quota: "gitlab", perSecond: limits.gitlabRequestsPerSecond, clock, replicas }),
    onPause: (until) => pauses.tell(until - now()),
  });
};
