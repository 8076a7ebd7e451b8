import { type Job, Queue, Worker } from "bullmq";
import { createGrip, FORGOTTEN, inTime, type PassData, type WorkData } from "./jobs.ts";
import {
  LANES,
  type Lane,
  type Outcome,
  type PassHand,
  type PassOrder,
  perLane,
  type WorkOrder,
} from "./orders.ts";
import { pack } from "./packed.ts";
import { createPassHand } from "./pass-hand.ts";
import type { Redis } from "./redis.ts";
import type { Ticks } from "./ticks.ts";
import type { FleetTiming } from "./timing.ts";

export interface Handlers {
  /** At every tick, and for every replica that asks for a first pass. */
  tick(due: Date): Promise<string>;
  /** `again` for what another replica must do, or this one later. */
  pass(hand: PassHand): Promise<"done" | "again">;
  work(order: WorkOrder & { readonly pass: string; readonly policy: string }): Promise<Outcome | "again">;
  /** A job stalled: its worker is gone, or was frozen. */
  onStalled(id: string): void;
  onError(error: Error): void;
  /** Resolves when Redis can be asked again; rejects when we are to stop. */
  untilBack(): Promise<void>;
}

export interface QueueOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly replica: string;
  readonly timing: FleetTiming;
  /** Of each lane, how many parts a replica is at. */
  readonly concurrency: Readonly<Record<Lane, number>>;
  /** Those of the policy that this replica has now. */
  readonly ticks: () => Ticks;
  readonly handlers: Handlers;
}

/** BullMQ's part: one scheduler, passes, and the parts of passes. */
export interface Queues {
  addPass(order: PassOrder): Promise<void>;
  /** Whether somebody is at it, or will be. */
  isUnderWay(pass: string): Promise<boolean>;
  /** Sees to it that there is a scheduler, for this policy. */
  assertSchedule(schedule: {
    readonly cron: string;
    readonly timezone: string;
    readonly policy: string;
  }): Promise<void>;
  /** Takes jobs, or none from now on; what is in hand goes on. */
  take(isWanted: boolean): void;
  setConcurrency(concurrency: Readonly<Record<Lane, number>>): void;
  /** Resolves when nothing is in hand; with `force` at once, as when Redis is away. */
  close(force: boolean): Promise<void>;
}

const PASSES = "passes";
const SCHEDULER = "schedule";
/** How often a job may lose its worker: one that takes every worker down must end some day. */
const LOST_WORKERS = 10;
/** A tick that nobody has taken up for so long, in milliseconds, has lost its job. */
const OVERDUE = 60_000;
/** By how much the clocks of two replicas may, in milliseconds. */
const CLOCKS_DIFFER = 60_000;

const RETRY_AFTER = 2_000;

const BOUNDED = { removeOnComplete: { count: 20 }, removeOnFail: { count: 20 } };

export const openQueues = (options: QueueOptions): Queues => {
  const { redis, prefix, replica, timing, handlers } = options;
  const base = {
    connection: redis,
    prefix,
    settings: { repeatStrategy: (after: number) => options.ticks().next(after) },
    streams: { events: { maxLen: 1_000 } },
  };
  const workerOptions = {
    ...base,
    autorun: false,
    name: replica,
    lockDuration: timing.lock,
    stalledInterval: timing.stalled,
    maxStalledCount: LOST_WORKERS,
    drainDelay: 2,
    // Fifteen seconds otherwise, in which a replica that is back takes no jobs.
    runRetryDelay: RETRY_AFTER,
  };
  const passes = new Queue<PassData>(PASSES, base);
  const work = perLane((lane) => new Queue<WorkData>(lane, base));

  const grip = createGrip({ lock: timing.lock, untilBack: handlers.untilBack });
  const { giveBack, persistently } = grip;
  const passWorker = new Worker<PassData>(
    PASSES,
    async (job, token) => {
      if (job.name === "tick") return persistently(job, token, () => handlers.tick(dueAt(job)));
      const hand = createPassHand({ job, token, grip, work });
      const done = await persistently(job, token, () => handlers.pass(hand));
      return done === "again" ? giveBack(job, token) : done;
    },
    // A tick must not wait for the pass that is under way: it is to find it so, and end.
    { ...workerOptions, concurrency: 4 },
  );
  const workers = perLane(
    (lane) =>
      new Worker<WorkData>(
        lane,
        async (job, token) => {
          const outcome = await persistently(job, token, () => handlers.work(job.data));
          return outcome === "again" ? giveBack(job, token) : pack(outcome);
        },
        { ...workerOptions, concurrency: options.concurrency[lane] },
      ),
  );
  const allWorkers = [passWorker, workers.plan, workers.apply];
  // Without a listener an error would end the process.
  for (const queue of [passes, ...Object.values(work)]) queue.on("error", handlers.onError);
  for (const worker of allWorkers) {
    worker.on("error", handlers.onError);
    worker.on("stalled", handlers.onStalled);
    worker.on("failed", (_, error) => handlers.onError(error));
  }

  let isTaking = false;
  let hasBegun = false;
  return {
    addPass: async ({ id, policy, startedAt }) => {
      const data = { pass: id, policy, startedAt: startedAt.getTime() };
      await inTime(passes.add("pass", data, { jobId: id, ...FORGOTTEN }));
    },
    isUnderWay: async (pass) => {
      const state = await inTime(passes.getJobState(pass));
      return !["unknown", "completed", "failed"].includes(state);
    },
    assertSchedule: async ({ cron, timezone, policy }) => {
      const found = await inTime(passes.getJobScheduler(SCHEDULER));
      const data = found?.template?.data as Partial<PassData> | undefined;
      const isSame = found?.pattern === cron && found.tz === timezone && data?.policy === policy;
      // One with another policy may have set the tick after its own; a clock behind the others' is no reason to set one back.
      const latest = options.ticks().next(Date.now() + CLOCKS_DIFFER) ?? Number.POSITIVE_INFINITY;
      const next = found?.next ?? 0;
      // To set it anew takes a tick away that is just about to be taken up.
      if (isSame && next > Date.now() - OVERDUE && next <= latest) return;
      await inTime(
        passes.upsertJobScheduler(
          SCHEDULER,
          { pattern: cron, tz: timezone },
          { name: "tick", data: { pass: "", policy, startedAt: 0 }, opts: BOUNDED },
        ),
      );
    },
    take: (isWanted) => {
      if (isWanted === isTaking) return;
      isTaking = isWanted;
      for (const worker of allWorkers) {
        if (!isWanted) void worker.pause(true);
        else if (hasBegun) void worker.resume();
        else worker.run().catch(handlers.onError);
      }
      hasBegun = true;
    },
    setConcurrency: (concurrency) => {
      for (const lane of LANES) workers[lane].concurrency = concurrency[lane];
    },
    close: async (force) => {
      await Promise.all(allWorkers.map((worker) => worker.close(force)));
      await Promise.all([passes, ...Object.values(work)].map((queue) => queue.close()));
    },
  };
};

const dueAt = (job: Job): Date => new Date(job.opts.prevMillis ?? job.timestamp);
