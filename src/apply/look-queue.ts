import PQueue from "p-queue";
import { milliseconds, SECOND } from "../model/duration.ts";
import type { Policy } from "../model/policy.ts";
import type { ReadListing, TokenListing } from "../model/ports.ts";
import type { Coverage } from "../plan/coverage.ts";
import { type PlannedOrReport, targetFailed } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import { observeTarget } from "./observe-target.ts";
import type { Sweep } from "./sweep.ts";

/** A target that GitLab has listed. */
export interface Listed {
  readonly coverage: Coverage;
  readonly read: ReadListing;
}

/** Looks at targets once the secrets are known: behind the lists, and not between them, so that no request waits for what is decided. */
export interface LookQueue {
  add(listed: Listed): void;
  /** Waits where many are to be looked at: what was listed is not to be old by then, and takes room. */
  whenRoom(): Promise<void>;
  start(sweep: Sweep): void;
  /** Looks at the rest. */
  finish(): Promise<void>;
}

export interface LookQueueOptions {
  readonly policy: Policy;
  readonly onLooked: (found: readonly PlannedOrReport[]) => void;
}

/** Targets that are looked at in one go, before others get a turn: requests that could leave, the server of `run`. */
const AT_A_STRETCH = 5;

/**
 * Until so many wait, or one has waited for so long: one by one, between requests, they take twice the time. The code and
 * data of a look do not stay in the processor's caches until the next one.
 */
const ENOUGH = 20;
const LONGEST_WAIT = milliseconds(SECOND / 10);

/** Lists that wait once the secrets are known, at most, as a multiple of those that are under way. */
const MOST_WAITING = 10;

export const createLookQueue = (ports: Ports, { policy, onLooked }: LookQueueOptions): LookQueue => {
  const { clock } = ports;
  const { concurrency } = policy.limits;
  const looks = new PQueue({ concurrency });
  const waiting = new Set<Listed>();
  let waitingSince = 0;
  let room = MOST_WAITING * concurrency;
  let swept: Sweep | undefined;
  let looking: Promise<void> | undefined;

  const lookAt = async ({ coverage, read }: Listed, sweep: Sweep): Promise<void> => {
    let listing: TokenListing;
    try {
      listing = await read();
    } catch (error) {
      return onLooked([targetFailed(coverage.target, error)]);
    }
    onLooked(await observeTarget(ports, { coverage, policy, sweep, listing }));
  };
  const takeFew = (): readonly Listed[] => {
    const few: Listed[] = [];
    for (const listed of waiting) {
      waiting.delete(listed);
      if (few.push(listed) === AT_A_STRETCH) break;
    }
    return few;
  };
  const lookAtThem = async (sweep: Sweep): Promise<void> => {
    while (waiting.size > 0) {
      await clock.sleep(milliseconds(0));
      const few = takeFew();
      void looks.add(async () => {
        for (const listed of few) await lookAt(listed, sweep);
      });
      if (looks.size > 0) await looks.onEmpty();
    }
    looking = undefined;
  };
  const lookOn = (): void => {
    if (swept !== undefined && waiting.size > 0) looking ??= lookAtThem(swept);
  };

  return {
    add: (listed) => {
      if (waiting.size === 0) waitingSince = clock.monotonic();
      waiting.add(listed);
      if (waiting.size >= ENOUGH || clock.monotonic() - waitingSince >= LONGEST_WAIT) lookOn();
    },
    whenRoom: async () => {
      if (swept !== undefined && waiting.size >= room) await looking;
    },
    start: (sweep) => {
      swept = sweep;
      room = Math.max(room, waiting.size);
      lookOn();
    },
    finish: async () => {
      lookOn();
      await looking;
      await looks.onIdle();
    },
  };
};
