import type { Input } from "./call.ts";

/** One way in which the network or the service misbehaves. Push it to `faults`; take it out, or let it run out. */
export interface FaultRule {
  readonly match?: { readonly operation?: string; readonly secretId?: string };
  /** How many requests that match it lets by before it strikes. */
  readonly skip?: number;
  /** How many requests it strikes; without it, every one. */
  readonly times?: number;
  readonly latencyMs?: number;
  /** Called when the request has arrived and nothing was done yet. */
  readonly onArrival?: (operation: string) => void;
  /** Called when the request was carried out and not answered yet. */
  readonly onCommitted?: (operation: string) => void;
  /** Instead of carrying the request out. */
  readonly before?:
    | "reset"
    | "hang"
    | {
        readonly error: string;
        /** May quote what was asked. */
        readonly message?: string | ((input: Input) => string);
        readonly status?: number;
      };
  /** Once it is carried out, instead of the answer. */
  readonly after?: "reset" | "hang" | "truncate" | "stall" | "html" | { readonly status: number };
  /** Reads see the world as it was that long ago. */
  readonly staleMs?: number;
}

export type FaultEffect = Omit<FaultRule, "match" | "skip" | "times">;

/** Picks, and uses up, the rules that strike a request. `ids` are all names of its secret. */
export const createFaultPicker = (rules: readonly FaultRule[]) => {
  const met = new WeakMap<FaultRule, number>();
  return (operation: string, ids: readonly string[]): FaultEffect => {
    const meeting = rules.filter(
      ({ match }) =>
        (match?.operation ?? operation) === operation &&
        (match?.secretId === undefined || ids.includes(match.secretId)),
    );
    const striking = meeting.filter((rule) => {
      const turn = (met.get(rule) ?? 0) - (rule.skip ?? 0);
      met.set(rule, (met.get(rule) ?? 0) + 1);
      return turn >= 0 && turn < (rule.times ?? Number.POSITIVE_INFINITY);
    });
    return Object.assign({}, ...striking);
  };
};
