import type { SharedQuotas } from "./connect.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Clock } from "./model/clock.ts";
import type { Policy } from "./model/policy.ts";
import type { Turn, WriteKind } from "./model/turn.ts";

export interface QuotaOptions {
  readonly clock: Clock;
  /** Among how many a quota is shared while Redis says nothing. */
  readonly replicas: () => number;
  /** Another replica was refused: until when nothing is asked, in milliseconds of the wall clock. */
  readonly onPause: (until: number) => void;
}

/** AWS allows 50 of each kind in an account and region; its own clock may be a little off ours. */
const WRITES_PER_SECOND = 49;

/** As a pace of our own: what is late by a moment, as the network or a busy machine will, must not be one too many. */
const OF_THE_RATE = 0.97;

/** GitLab and AWS count the fleet's requests, not each replica's: one pace and one pause for all of them. */
export const createSharedQuotas = (
  fleet: Pick<Fleet, "pace" | "pauses">,
  { clock, replicas, onPause }: QuotaOptions,
): ((policy: Policy) => SharedQuotas) => {
  const now = (): number => clock.now().getTime();
  // How long, not until when: the clocks of two machines may differ.
  const pauses = fleet.pauses((length) => onPause(now() + length));
  const pace = (quota: string, perSecond: number): Turn => fleet.pace({ quota, perSecond, clock, replicas });
  const writes: Readonly<Record<WriteKind, Turn>> = {
    create: pace("aws-create", WRITES_PER_SECOND),
    tag: pace("aws-tag", WRITES_PER_SECOND),
    put: pace("aws-put", WRITES_PER_SECOND),
  };
  return ({ limits }) => ({
    gitlab: pace("gitlab", limits.gitlabRequestsPerSecond * OF_THE_RATE),
    aws: (kind) => writes[kind](),
    onPause: (until) => pauses.tell(until - now()),
  });
};
