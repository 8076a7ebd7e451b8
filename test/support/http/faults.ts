import type { Answer, Call } from "./call.ts";

/** Nothing was committed: the server answers so without doing what it was asked. */
export type Before =
  | "reset"
  | "hang"
  | "429-plain"
  | "429-plain-without-retry-after"
  | "429-json"
  | "429-generic"
  | { readonly respond: Answer };

/** It was committed, but the answer is lost, cut in half, stops half-way, never comes, or is replaced. */
export type After =
  | "reset"
  | "truncate"
  | "stall"
  | "hang"
  | { readonly respond: Answer }
  | { readonly alter: (answer: Answer, call: Call) => Answer };

export interface FaultMatch {
  readonly method?: string;
  /** The route's template, or a pattern for it. */
  readonly route?: string | RegExp;
  /** The path as it was sent, with its query. */
  readonly path?: string | RegExp;
  /** What would have been answered. A rule with it can only be an `after` one. */
  readonly status?: number;
  readonly where?: (call: Call) => boolean;
}

export interface FaultRule {
  readonly match?: FaultMatch;
  /** How many requests it applies to: 1, or `Number.POSITIVE_INFINITY`. */
  readonly times?: number;
  readonly latencyMs?: number;
  readonly before?: Before;
  /** The same as `before: { respond }`. */
  readonly respond?: Answer;
  readonly after?: After;
  /** Called when the request has arrived and nothing was done yet. */
  readonly onArrival?: (call: Call) => void | Promise<void>;
  /** Called when the request was carried out and not answered yet. */
  readonly onCommitted?: (call: Call) => void | Promise<void>;
}

export interface Faults {
  /** Appends a rule. The first that matches is the only one that a request meets. */
  add(...rules: readonly FaultRule[]): void;
  /** Forgets all rules and resets the settings below. */
  clear(): void;
  /** Rules that still have requests to apply to: a test may insist that there are none. */
  readonly pending: readonly FaultRule[];
  /** How far the `Date` header is off, in milliseconds. */
  clockOffsetMs: number;
  /** Answers carry no `Date`, as behind a proxy that strips it. */
  noDate: boolean;
  /** Seconds that a cache claims to have held the answer: an `Age` header, and a `Date` that much older. */
  ageSeconds: number | undefined;
  /** A new token is refused this many times where it logs in. */
  replicaLag: { refusals: number };
}

export interface FaultQueue extends Faults {
  take(call: Call, status?: number): FaultRule | undefined;
}

const fits = (wanted: string | RegExp | undefined, text: string): boolean =>
  wanted === undefined || (typeof wanted === "string" ? wanted === text : wanted.test(text));

const matches = (match: FaultMatch, call: Call, status: number | undefined): boolean =>
  match.status === status &&
  fits(match.method, call.method) &&
  fits(match.route, call.route) &&
  fits(match.path, call.path) &&
  (match.where?.(call) ?? true);

export const createFaults = (): FaultQueue => {
  const left = new Map<FaultRule, number>();
  const settings = {
    clockOffsetMs: 0,
    noDate: false,
    ageSeconds: undefined as number | undefined,
    replicaLag: { refusals: 0 },
  };
  return Object.assign(settings, {
    add: (...rules: readonly FaultRule[]) => {
      for (const rule of rules) {
        if (rule.match?.status !== undefined && (rule.before ?? rule.respond) !== undefined) {
          throw new Error("a fault that waits for a status can only act `after`");
        }
        // A copy, so that the same rule may be added twice.
        left.set({ ...rule }, rule.times ?? 1);
      }
    },
    clear: () => {
      left.clear();
      Object.assign(settings, { clockOffsetMs: 0, noDate: false, ageSeconds: undefined });
      settings.replicaLag = { refusals: 0 };
    },
    get pending() {
      return [...left.keys()];
    },
    take: (call: Call, status?: number) => {
      const [rule, times] = [...left].find(([{ match }]) => matches(match ?? {}, call, status)) ?? [];
      if (rule === undefined || times === undefined) return undefined;
      if (times > 1) left.set(rule, times - 1);
      else left.delete(rule);
      return rule;
    },
  });
};
