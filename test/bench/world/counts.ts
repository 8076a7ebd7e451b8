/** What a server saw, as it gives it at its control URL. Times are seconds since its last reset. */
export interface RouteCounts {
  readonly answered: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface Counts {
  /** With those that were refused. */
  readonly requests: number;
  readonly refused: number;
  /** The most that one request of one caller was refused in a row. */
  readonly mostBounces: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Of the server itself. */
  readonly cpuSeconds: number;
  readonly routes: Readonly<Record<string, RouteCounts>>;
}

interface Mutable {
  answered: number;
  firstAt: number;
  lastAt: number;
}

export interface Counter {
  answered(route: string): void;
  refused(route: string, request: string): void;
  /** An answered request was not, or is no longer, bounced. */
  passed(request: string): void;
  read(): Omit<Counts, "cpuSeconds">;
}

export const createCounter = (): Counter => {
  const began = performance.now();
  const now = (): number => (performance.now() - began) / 1_000;
  const routes = new Map<string, Mutable>();
  const bounced = new Map<string, number>();
  let requests = 0;
  let refused = 0;
  let mostBounces = 0;
  let firstAt = 0;
  let lastAt = 0;
  const count = (): number => {
    const at = now();
    if (requests === 0) firstAt = at;
    requests += 1;
    lastAt = at;
    return at;
  };
  return {
    answered: (route) => {
      const at = count();
      const seen = routes.get(route);
      if (seen === undefined) routes.set(route, { answered: 1, firstAt: at, lastAt: at });
      else {
        seen.answered += 1;
        seen.lastAt = at;
      }
    },
    refused: (_route, request) => {
      count();
      refused += 1;
      const times = (bounced.get(request) ?? 0) + 1;
      bounced.set(request, times);
      mostBounces = Math.max(mostBounces, times);
    },
    passed: (request) => {
      if (bounced.size > 0) bounced.delete(request);
    },
    read: () => ({
      requests,
      refused,
      mostBounces,
      firstAt,
      lastAt,
      routes: Object.fromEntries(routes),
    }),
  };
};
