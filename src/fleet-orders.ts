import type { Policy, TokenEntry } from "./model/policy.ts";
import type { TargetKind } from "./model/target.ts";
import type { Coverage } from "./plan/coverage.ts";

/** A target as another replica is told of it: ids, a path, and which of the policy's lists of tokens reach it. */
export interface TargetOrder {
  readonly kind: TargetKind;
  readonly id: number;
  readonly path: string;
  /** Places in `listsOf`; the policy's hash says that both sides have the same. */
  readonly lists: readonly number[];
}

export type PartOrder =
  | { readonly kind: "plan"; readonly targets: readonly TargetOrder[] }
  | {
      readonly kind: "apply";
      readonly target: TargetOrder;
      readonly token: string;
      /** False where the limit of a pass leaves it to the next one. */
      readonly mayRotate: boolean;
    };

/** Every list of tokens in the policy, in its order. */
const listsOf = ({ projects, groups }: Policy): readonly (readonly TokenEntry[])[] => [
  ...projects.map(({ tokens }) => tokens),
  ...groups.flatMap(({ tokens, projects: below }) => [tokens, below?.tokens ?? []]),
];

/** Says of a coverage which lists it holds. Coverages hold the policy's own arrays. */
export const targetOrders = (policy: Policy): ((coverage: Coverage) => TargetOrder) => {
  const places = new Map(listsOf(policy).map((list, index) => [list, index]));
  return ({ target: { kind, id, path }, lists }) => ({
    kind,
    id,
    path,
    // A group without `projects.tokens` adds a list of nothing, which says nothing.
    lists: lists.flatMap((list) => places.get(list) ?? []),
  });
};

export const coverages = (policy: Policy): ((order: TargetOrder) => Coverage) => {
  const lists = listsOf(policy);
  return ({ kind, id, path, lists: places }) => ({
    target: { kind, id, path },
    lists: places.flatMap((place) => {
      const list = lists[place];
      return list === undefined ? [] : [list];
    }),
  });
};
