import {
  mayStartAt,
  type Pacing,
  type Quota,
  refused,
  started,
  startPacing,
  told,
} from "../../src/gitlab/pacing.ts";

/** A server's quota. Times are milliseconds since the world began. */
export interface QuotaServer {
  ask(now: number): { readonly refusedFor: number | undefined; readonly quota: Quota | undefined };
}

/** So many a second, saved up to `burst`; a refusal asks for one second, and nothing else is ever said. */
export const bucket = (rate: number, burst: number): QuotaServer => {
  let level = burst;
  let last = 0;
  return {
    ask: (now) => {
      level = Math.min(burst, level + ((now - last) * rate) / 1_000);
      last = now;
      if (level < 1) return { refusedFor: 1_000, quota: undefined };
      level -= 1;
      return { refusedFor: undefined, quota: undefined };
    },
  };
};

/** As GitLab's own: so many in a fixed window, told with every answer; its clock shows whole seconds. */
export const fixedWindow = (limit: number, period: number): QuotaServer => {
  let current = 0;
  let used = 0;
  return {
    ask: (now) => {
      const number = Math.floor(now / period);
      if (number !== current) [current, used] = [number, 0];
      used += 1;
      const resetAt = now + ((number + 1) * period - Math.floor(now / 1_000) * 1_000);
      const quota = { remaining: Math.max(limit - used, 0), limit, resetAt };
      return { refusedFor: used > limit ? resetAt - now : undefined, quota };
    },
  };
};

export interface WorldOptions {
  readonly server: QuotaServer;
  /** Requests a second that each process is set to, and when it begins. */
  readonly processes: readonly { readonly limit: number; readonly beginsAt: number }[];
  readonly requestsEach: number;
  readonly roundTrip: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export interface WorldResult {
  readonly seconds: number;
  readonly refusals: number;
  /** How often the unluckiest request was refused. */
  readonly mostOften: number;
  /** How many were served until the first process was done, and when that was. */
  readonly together: { readonly served: number; readonly seconds: number };
}

const CONCURRENCY = 8;

interface Event {
  readonly at: number;
  readonly happen: (now: number) => void;
}

/** Processes that know nothing of each other, one server, and no real time. */
export const play = ({ server, processes, requestsEach, roundTrip, random }: WorldOptions): WorldResult => {
  const events: Event[] = [];
  const later = (at: number, happen: (now: number) => void): void => {
    const index = events.findIndex((event) => event.at > at);
    events.splice(index === -1 ? events.length : index, 0, { at, happen });
  };
  let [end, served, refusals, mostOften] = [0, 0, 0, 0];
  let together: WorldResult["together"] | undefined;

  const run = (limit: number, beginsAt: number): void => {
    let pacing: Pacing = startPacing(limit, beginsAt);
    let [fresh, underWay, done] = [requestsEach, 0, 0];
    const again: { times: number }[] = [];
    let wakesAt = Number.POSITIVE_INFINITY;
    const wake = (now: number): void => {
      wakesAt = Number.POSITIVE_INFINITY;
      startNext(now);
    };
    const startNext = (now: number): void => {
      while (underWay < CONCURRENCY && fresh + again.length > 0) {
        const at = mayStartAt(pacing);
        if (at > now) {
          if (at >= wakesAt) return;
          wakesAt = at;
          // Timers are late by a millisecond or two.
          later(at + 2 * random(), wake);
          return;
        }
        pacing = started(pacing, now);
        underWay += 1;
        const request = again.shift() ?? { times: 0 };
        if (request.times === 0) fresh -= 1;
        later(now + roundTrip * (0.4 + 0.2 * random()), (there) => {
          const { refusedFor, quota } = server.ask(there);
          later(there + roundTrip * (0.4 + 0.2 * random()), (back) => {
            const heard = { now: back, sentAt: now };
            if (refusedFor === undefined) {
              if (quota !== undefined) pacing = told(pacing, quota, { ...heard, underWay: underWay - 1 });
              done += 1;
              served += 1;
              end = back;
              if (done === requestsEach) together ??= { served, seconds: back / 1_000 };
            } else {
              pacing = refused(pacing, refusedFor, heard);
              request.times += 1;
              refusals += 1;
              mostOften = Math.max(mostOften, request.times);
              again.push(request);
            }
            underWay -= 1;
            startNext(back);
          });
        });
      }
    };
    later(beginsAt, startNext);
  };

  for (const { limit, beginsAt } of processes) run(limit, beginsAt);
  for (let event = events.shift(); event !== undefined; event = events.shift()) event.happen(event.at);
  return {
    seconds: end / 1_000,
    refusals,
    mostOften,
    together: together ?? { served, seconds: end / 1_000 },
  };
};

/** Mulberry32: the same numbers for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
