import type { Replica } from "../model/fleet.ts";

type Voter = Pick<Replica, "policy" | "since">;

/**
 * The policy that most replicas have. Half against half, the one whose newest replica came last: so an update that goes
 * through the replicas one by one switches over half-way, and a single one with a wrong policy never acts.
 */
export const policyInForce = (replicas: readonly Voter[]): string | undefined => {
  const votes = new Map<string, { readonly count: number; readonly newest: number }>();
  for (const { policy, since } of replicas) {
    const { count, newest } = votes.get(policy) ?? { count: 0, newest: Number.NEGATIVE_INFINITY };
    votes.set(policy, { count: count + 1, newest: Math.max(newest, since.getTime()) });
  }
  const [first] = [...votes].sort(
    ([name, one], [otherName, other]) =>
      // The name last, so that all who look see the same.
      other.count - one.count || other.newest - one.newest || (name < otherName ? -1 : 1),
  );
  return first?.[0];
};
