import { type Job, Queue, WaitingChildrenError, WaitingError, Worker } from "bullmq";
import { JobLostError, RedisLostError } from "./ask.ts";
import { pack, unpack } from "./packed.ts";
import type { Redis } from "./redis.ts";
import type { Ticks } from "./ticks.ts";
import type { FleetTiming } from "./timing.ts";

/** A replica takes few large parts at once, and many small ones. */
const LANES = ["plan", "apply"] as const;
export type Lane = (typeof LANES)[number];

/** A part of a pass, for whichever replica comes first. Nothing secret is ever in it. */
export interface WorkOrder {
  /** Unique within its pass. */
  readonly name: string;
  readonly lane: Lane;
  readonly body: unknown;
}

export interface PassOrder {
  readonly id: string;
  readonly policy: string;
  readonly startedAt: Date;
}

/** What became of a part: what it came to, or why nothing did. */
export type Outcome = { readonly value: unknown } | { readonly failed: string };

/** What a pass's coordinator can do. Called anew after each round: what is there already is not done again. */
export interface PassHand {
  readonly order: PassOrder;
  /** What became of all of them. Throws what BullMQ has to see, until all are there. */
  results(orders: readonly WorkOrder[]): Promise<ReadonlyMap<string, Outcome>>;
}

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
/** Job data in chunks, so that no single command holds Redis up. */
const CHUNK = 500;
/** How often a job may lose its worker: one that takes every worker down must end some day. */
const LOST_WORKERS = 10;
/** A tick that nobody has taken up for so long, in milliseconds, has lost its job. */
const OVERDUE = 60_000;

const ANSWER_WITHIN = 5_000;
const RETRY_AFTER = 2_000;

const BOUNDED = { removeOnComplete: { count: 20 }, removeOnFail: { count: 20 } };
const FORGOTTEN = { removeOnComplete: true, removeOnFail: true };

interface PassData {
  readonly pass: string;
  readonly policy: string;
  readonly startedAt: number;
}
interface WorkData extends WorkOrder {
  readonly pass: string;
  readonly policy: string;
}

const perLane = <Made>(make: (lane: Lane) => Made): Record<Lane, Made> => ({
  plan: make("plan"),
  apply: make("apply"),
});

/** BullMQ waits for a Redis that is away for as long as it takes. */
const inTime = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new RedisLostError(new Error("no answer in time"))), ANSWER_WITHIN);
  });
  question.catch(() => undefined);
  return Promise.race([question, timeout]).finally(() => clearTimeout(late));
};

/** Redis itself is waited for; what BullMQ refuses, it refuses to a worker whose job is another's by now, or gone. */
const stillOurs = <Answer>(asked: Promise<Answer>): Promise<Answer> =>
  asked.catch((error: unknown) => {
    throw new JobLostError(error);
  });

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

  const giveBack = async (job: Job, token: string | undefined): Promise<never> => {
    await stillOurs(job.moveToWait(token));
    throw new WaitingError();
  };

  const holdOn = async (job: Job, token: string | undefined): Promise<void> => {
    // 0 is no error to BullMQ: the lock is another's by now.
    if ((await stillOurs(job.extendLock(token ?? "", timing.lock))) !== 1)
      throw new JobLostError("its lock is gone");
  };

  /** While Redis is away nothing is lost but time: what was interrupted begins again, unless another has taken over. */
  const persistently = async <Result>(
    job: Job,
    token: string | undefined,
    attempt: () => Promise<Result>,
  ): Promise<Result> => {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof RedisLostError)) throw error;
        await handlers.untilBack();
        await holdOn(job, token);
      }
    }
  };

  const handOf = (job: Job<PassData>, token: string | undefined): PassHand => {
    const { pass, policy, startedAt } = job.data;
    const jobId = (name: string): string => `${pass}.${name}`;
    return {
      order: { id: pass, policy, startedAt: new Date(startedAt) },
      results: async (orders) => {
        for (;;) {
          const known = await outcomesOf(job);
          const missing = orders.filter(({ name }) => !known.has(jobId(name)));
          if (missing.length > 0) {
            // Whoever was frozen meanwhile must not send out what another has sent already.
            await holdOn(job, token);
            const parent = { id: pass, queue: job.queueQualifiedName };
            for (const lane of LANES) {
              const jobs = missing
                .filter((order) => order.lane === lane)
                .map(({ name, body }) => ({
                  name: "part",
                  data: { pass, policy, name, lane, body },
                  opts: { jobId: jobId(name), parent, ignoreDependencyOnFailure: true, ...FORGOTTEN },
                }));
              for (let index = 0; index < jobs.length; index += CHUNK)
                await stillOurs(work[lane].addBulk(jobs.slice(index, index + CHUNK)));
            }
          } else if (orders.every(({ name }) => known.get(jobId(name)) !== undefined)) {
            return new Map(orders.map(({ name }) => [name, known.get(jobId(name)) ?? NOTHING]));
          }
          if (await stillOurs(job.moveToWaitingChildren(token ?? ""))) throw new WaitingChildrenError();
        }
      },
    };
  };

  const passWorker = new Worker<PassData>(
    PASSES,
    async (job, token) => {
      if (job.name === "tick") return persistently(job, token, () => handlers.tick(dueAt(job)));
      const done = await persistently(job, token, () => handlers.pass(handOf(job, token)));
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
      // To set it anew takes a tick away that is just about to be taken up.
      if (isSame && (found.next ?? 0) > Date.now() - OVERDUE) return;
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

const NOTHING: Outcome = { failed: "nobody has done it" };

const dueAt = (job: Job): Date => new Date(job.opts.prevMillis ?? job.timestamp);

/** By job id: what became of a pass's parts; `undefined` for those that somebody is still at. */
const outcomesOf = async (job: Job): Promise<ReadonlyMap<string, Outcome | undefined>> => {
  const { processed = {}, unprocessed = [], ignored = {}, failed = [] } = await job.getDependencies();
  const idOf = (key: string): string => key.slice(key.lastIndexOf(":") + 1);
  const known = new Map<string, Outcome | undefined>();
  for (const key of unprocessed) known.set(idOf(key), undefined);
  for (const key of failed) known.set(idOf(key), NOTHING);
  for (const [key, reason] of Object.entries(ignored)) known.set(idOf(key), { failed: String(reason) });
  for (const [key, value] of Object.entries(processed)) known.set(idOf(key), await unpack(String(value)));
  return known;
};
