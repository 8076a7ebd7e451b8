import { randomUUID } from "node:crypto";
import type { Logger } from "./logger.ts";
import type { Clock } from "./model/clock.ts";
import type { Digest } from "./model/digest.ts";
import type { Duration } from "./model/duration.ts";
import type { PassAction } from "./model/history.ts";
import { deliver } from "./notify/deliver.ts";
import type { Receiver } from "./notify/receiver.ts";
import { concernsOf, type Situation } from "./report/concerns.ts";
import { type Interest, nextDigest } from "./report/digest.ts";
import type { ReceiverMemory } from "./report/notification-memory.ts";

export interface OutboxOptions {
  readonly name: string;
  readonly interest: Interest;
  readonly gitlab: string;
  readonly open: () => Promise<Receiver>;
  readonly memory: { get(): ReceiverMemory; set(memory: ReceiverMemory): void };
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly deadline: Duration;
  readonly attempts: number;
  readonly stop: AbortSignal;
}

/** What waits to be told to one receiver: at most one digest on its way, and behind it the newest situation. */
export interface Outbox {
  offer(situation: Situation): void;
  /** Resolves when nothing is in hand. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export const createOutbox = (options: OutboxOptions): Outbox => {
  const { name, interest, gitlab, memory, clock, logger, stop } = options;
  let waiting: Situation | undefined;
  /** What went well and did not arrive yet. */
  let untold: readonly PassAction[] = [];
  let receiver: Promise<Receiver> | undefined;
  let isWorking = false;
  let running: Promise<void> = Promise.resolve();

  const send = async (digest: Digest): Promise<boolean> => {
    try {
      receiver ??= options.open();
      await deliver(
        await receiver,
        { id: randomUUID(), digest },
        { ...options, isSuperseded: () => waiting !== undefined },
      );
      logger?.info("notification sent", { receiver: name, title: digest.title });
      return true;
    } catch (error) {
      logger?.warn("notification failed", { receiver: name, error });
      return false;
    }
  };

  // A setting that is missing would otherwise show on the day on which somebody has to be told.
  const check = async (): Promise<void> => {
    try {
      receiver ??= options.open();
      (await receiver).address();
    } catch (error) {
      logger?.warn("notification receiver unusable", { receiver: name, error });
    }
  };
  void check();

  const tell = async (situation: Situation): Promise<void> => {
    const now = clock.now();
    const done = bounded([...untold, ...situation.done]);
    untold = [];
    const concerns = concernsOf(situation, now);
    const next = nextDigest({ ...concerns, done, interest, memory: memory.get(), gitlab, now });
    if (next.digest === undefined) return;
    if (await send(next.digest)) memory.set(next.memory);
    else untold = done;
  };

  const work = async (): Promise<void> => {
    while (waiting !== undefined && !stop.aborted) {
      const situation = waiting;
      waiting = undefined;
      try {
        await tell(situation);
      } catch (error) {
        logger?.error("notification failed", { receiver: name, error });
      }
    }
    // In one go with the look at what waits: whatever is offered later starts the work anew.
    isWorking = false;
  };

  return {
    offer: (situation) => {
      // Newest wins: what is so now is told, but what was done stays done.
      waiting = waiting ? { ...situation, done: bounded([...waiting.done, ...situation.done]) } : situation;
      if (isWorking) return;
      isWorking = true;
      running = work();
    },
    settled: () => running,
    close: async () => (await receiver?.catch(() => undefined))?.close(),
  };
};

const MAX_DONE = 10_000;

const bounded = (done: readonly PassAction[]): readonly PassAction[] => done.slice(-MAX_DONE);
