import { type Job, WaitingError } from "bullmq";
import { JobLostError, RedisLostError } from "./ask.ts";
import type { WorkOrder } from "./orders.ts";

export interface PassData {
  readonly pass: string;
  readonly policy: string;
  readonly startedAt: number;
}
export interface WorkData extends WorkOrder {
  readonly pass: string;
  readonly policy: string;
}

/** Nothing of it stays once it is done: what it came to goes to its parent. */
export const FORGOTTEN = { removeOnComplete: true, removeOnFail: true } as const;

const ANSWER_WITHIN = 5_000;

/** BullMQ waits for a Redis that is away for as long as it takes. */
export const inTime = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new RedisLostError(new Error("no answer in time"))), ANSWER_WITHIN);
  });
  question.catch(() => undefined);
  return Promise.race([question, timeout]).finally(() => clearTimeout(late));
};

/** Redis itself is waited for; what BullMQ refuses, it refuses to a worker whose job is another's by now, or gone. */
export const stillOurs = <Answer>(asked: Promise<Answer>): Promise<Answer> =>
  asked.catch((error: unknown) => {
    throw new JobLostError(error);
  });

export interface GripOptions {
  /** How long a job is its worker's own, in milliseconds. */
  readonly lock: number;
  /** Resolves when Redis can be asked again; rejects when we are to stop. */
  readonly untilBack: () => Promise<void>;
}

/** What a worker does with a job beside the work itself. */
export interface Grip {
  /** For others, or for later. Never returns. */
  giveBack(job: Job, token: string | undefined): Promise<never>;
  /** Throws `JobLostError` where another has taken over. */
  holdOn(job: Job, token: string | undefined): Promise<void>;
  /** While Redis is away nothing is lost but time: what was interrupted begins again, unless another has taken over. */
  persistently<Result>(job: Job, token: string | undefined, attempt: () => Promise<Result>): Promise<Result>;
}

export const createGrip = ({ lock, untilBack }: GripOptions): Grip => {
  const holdOn: Grip["holdOn"] = async (job, token) => {
    // 0 is no error to BullMQ: the lock is another's by now.
    if ((await stillOurs(job.extendLock(token ?? "", lock))) !== 1)
      throw new JobLostError("its lock is gone");
  };
  return {
    holdOn,
    giveBack: async (job, token) => {
      await stillOurs(job.moveToWait(token));
      throw new WaitingError();
    },
    persistently: async (job, token, attempt) => {
      for (;;) {
        try {
          return await attempt();
        } catch (error) {
          if (!(error instanceof RedisLostError)) throw error;
          await untilBack();
          await holdOn(job, token);
        }
      }
    },
  };
};
