/** One way in which the network or the service misbehaves. Push it to `faults`; take it out, or let it run out. */
export interface FaultRule {
  readonly match?: { readonly operation?: string; readonly secretId?: string };
  /** How many requests it strikes; without it, every one. */
  readonly times?: number;
  readonly latencyMs?: number;
  /** Instead of carrying the request out. */
  readonly before?:
    | "reset"
    | "hang"
    | { readonly error: string; readonly message?: string; readonly status?: number };
  /** Once it is carried out, instead of the answer. */
  readonly after?: "reset" | "hang" | "truncate" | "stall" | "html" | { readonly status: number };
  /** Reads see the world as it was that long ago. */
  readonly staleMs?: number;
}

export type FaultEffect = Omit<FaultRule, "match" | "times">;

/** Picks, and uses up, the rules that strike a request. `ids` are all names of its secret. */
export const createFaultPicker = (rules: readonly FaultRule[]) => {
  const used = new WeakMap<FaultRule, number>();
  return (operation: string, ids: readonly string[]): FaultEffect => {
    const striking = rules.filter(
      (rule) =>
        (rule.match?.operation ?? operation) === operation &&
        (rule.match?.secretId === undefined || ids.includes(rule.match.secretId)) &&
        (used.get(rule) ?? 0) < (rule.times ?? Number.POSITIVE_INFINITY),
    );
    for (const rule of striking) used.set(rule, (used.get(rule) ?? 0) + 1);
    return Object.assign({}, ...striking);
  };
};
