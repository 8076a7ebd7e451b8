/** Redis is away, or of no use for now. The work is tried again once it is back. */
export class RedisLostError extends Error {
  constructor(cause: unknown) {
    super(`Redis does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "RedisLostError";
  }
}

/** What a Redis says that will be well again by itself. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|BUSY|TRYAGAIN|CLUSTERDOWN|OOM|NOREPLICAS)\b/;

/** A mistake of ours is thrown as it is; whatever else goes wrong on the way to Redis is a `RedisLostError`. */
export const ask = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
  try {
    return await question;
  } catch (error) {
    const isOurs = error instanceof Error && error.name === "ReplyError" && !PASSING.test(error.message);
    throw isOurs ? error : new RedisLostError(error);
  }
};

/** The job is another worker's by now: whatever this one came to is of no use. */
export class JobLostError extends Error {
  constructor(cause: unknown) {
    super(`another replica has taken over: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = "JobLostError";
  }
}

/** What is thrown to steer jobs, and says nothing of how the work went. */
export const steersJobs = (error: unknown): boolean =>
  error instanceof RedisLostError ||
  error instanceof JobLostError ||
  (error instanceof Error && ["WaitingChildrenError", "WaitingError"].includes(error.name));
