import { HOUR, MINUTE, milliseconds, SECOND } from "../model/duration.ts";

/**
 * When requests may start, as a value and what happens to it. Times are milliseconds of a clock that never steps.
 *
 * The spacing is the generic cell rate algorithm (ITU-T I.371): a request may start up to `LATENESS` before it is `due`,
 * so that a late timer is made up for and the average kept, while no server sees a burst worth the name.
 */
export interface Pacing {
  /** Requests a second, as the policy has it; `Infinity` where another's turns pace us. */
  readonly limit: number;
  /** What we take of it as of `since`; from then on it grows, until it is `MOST`. */
  readonly share: number;
  readonly since: number;
  readonly due: number;
  /** Nothing starts before this. */
  readonly heldUntil: number;
  /** How many of the requests that were under way then were refused. */
  readonly wave: number;
  readonly quota: Quota | undefined;
  /** The end of a hold because nothing remained, until something does; `Infinity` otherwise. */
  readonly emptyUntil: number;
}

/** What GitLab says of the window under way. */
export interface Quota {
  readonly remaining: number;
  /** Of the whole window, as far as it is known. */
  readonly limit: number | undefined;
  /** When the next window begins. */
  readonly resetAt: number;
}

/** So far may timers and garbage collection put a start off without any loss. */
const LATENESS = milliseconds(100);
/**
 * Of the limit. Where two of us share a quota, what the one leaves is what the other's refused request is let in with: at
 * its whole limit, one that happens to be in step with the quota would have it refused again and again.
 */
const MOST = 0.97;
/** That rest needs time to come to as many requests as were refused; it is given no more than this. */
const LONGEST_REST = milliseconds(3 * SECOND);
/** After a refusal, of the share before it; and what is left in any case. */
const SLOWED = 0.7;
const SLOWEST = 0.02;
/** Of the limit, for the square of the seconds since: careful at first, and back within six seconds where nobody minds. */
const GROWTH = 0.01;
/**
 * Of a window: what is left then is spread over the rest of it, so that what must not wait (a rotation under way, other people
 * with the same access token) still finds something. Spread from the start, a pass with much less to ask than the window
 * holds would take as long as the window.
 */
const RESERVE = 0.2;
/** What remains of a window that is about to end is not spread: it may be a bucket that fills up all the time. */
const SHORT_WINDOW = milliseconds(2 * SECOND);
/** What ends later is no window of GitLab's. */
const LONGEST_WINDOW = milliseconds(24 * HOUR);
/** What little remains is not spread wider: the header may not be about us, and to use it up does no harm. */
const WIDEST_GAP = milliseconds(10 * SECOND);
/** A pass must not hang on a proxy's odd idea. */
export const LONGEST_HOLD = milliseconds(5 * MINUTE);

export const startPacing = (limit: number, now: number): Pacing => ({
  limit,
  share: MOST,
  since: now,
  due: now + LATENESS,
  heldUntil: Number.NEGATIVE_INFINITY,
  wave: 0,
  quota: undefined,
  emptyUntil: Number.POSITIVE_INFINITY,
});

/** The earliest time at which the next request may start. */
export const mayStartAt = ({ due, heldUntil }: Pacing): number => Math.max(due - LATENESS, heldUntil);

export const started = (pacing: Pacing, now: number): Pacing => ({
  ...pacing,
  due: Math.max(pacing.due, now) + gapAt(pacing, now),
  quota: pacing.quota && { ...pacing.quota, remaining: pacing.quota.remaining - 1 },
});

/** Holds do not add up, and nothing bursts when one ends. */
export const held = (pacing: Pacing, until: number): Pacing =>
  until <= pacing.heldUntil
    ? pacing
    : { ...pacing, heldUntil: until, due: Math.max(pacing.due, until + LATENESS) };

interface Heard {
  readonly now: number;
  /** When the request had left that was answered. */
  readonly sentAt: number;
}

/** A 429 that asks for a wait of so many milliseconds. Those of requests that left before the last one are the same news. */
export const refused = (pacing: Pacing, wait: number, { now, sentAt }: Heard): Pacing => {
  const isSameNews = sentAt < pacing.since;
  const wave = isSameNews ? pacing.wave + 1 : 1;
  const rest = Math.min((wave * SECOND) / ((1 - MOST) * pacing.limit), LONGEST_REST);
  const holding = { ...held(pacing, now + Math.min(Math.max(wait, rest), LONGEST_HOLD)), wave };
  if (isSameNews) return holding;
  return { ...holding, share: Math.max(shareAt(pacing, now) * SLOWED, SLOWEST), since: now };
};

/** What an answer says of the quota. Other requests that are under way are not counted in it yet. */
export const told = (
  pacing: Pacing,
  quota: Quota,
  { now, sentAt, underWay }: Heard & { readonly underWay: number },
): Pacing => {
  const { remaining, resetAt } = quota;
  if (resetAt <= now || resetAt > now + LONGEST_WINDOW) return pacing;
  if (remaining > 0) {
    const left = remaining - underWay;
    const due =
      left > 0 ? pacing.due : Math.max(pacing.due, now + Math.min(resetAt - now, WIDEST_GAP) + LATENESS);
    return { ...pacing, due, quota: { ...quota, remaining: left }, emptyUntil: Number.POSITIVE_INFINITY };
  }
  // We waited for what was to come, were served, and nothing is to remain once more: no quota of ours is like that.
  if (sentAt >= pacing.emptyUntil) return pacing;
  const until = Math.min(resetAt, now + LONGEST_HOLD);
  return { ...held(pacing, until), quota: undefined, emptyUntil: until };
};

const shareAt = ({ share, since }: Pacing, now: number): number =>
  Math.min(MOST, share + GROWTH * (Math.max(now - since, 0) / SECOND) ** 2);

const gapAt = (pacing: Pacing, now: number): number =>
  Math.max(SECOND / (pacing.limit * shareAt(pacing, now)), quotaGap(pacing.quota, now));

const quotaGap = (quota: Quota | undefined, now: number): number => {
  const left = (quota?.resetAt ?? now) - now;
  if (quota === undefined || left <= 0) return 0;
  // The one that starts now is the last.
  if (quota.remaining <= 1) return Math.min(left, WIDEST_GAP);
  const isAmple = quota.limit !== undefined && quota.remaining > quota.limit * RESERVE;
  return isAmple || left <= SHORT_WINDOW ? 0 : Math.min(left / quota.remaining, WIDEST_GAP);
};
