import { Redis } from "ioredis";

export type { Redis } from "ioredis";

export interface Connect {
  /** May hold a password: never shown. */
  readonly url: string;
  /** For `CLIENT LIST`. */
  readonly name: string;
  /** Told of each error: a connection without a listener would end the process. */
  readonly onError: (error: Error) => void;
}

/** A network that swallows everything is noticed after this long, in milliseconds. */
const ANSWER_WITHIN = 5_000;
/** Longer than the longest wait of a worker for jobs, which is ten seconds. */
const SILENT_FOR = 20_000;

/** A Redis quotes what it does not know, and what answers may be no Redis: then the password of AUTH stands there. */
const withoutArguments = (error: Error): Error => {
  error.message = error.message.replace(/,? with args beginning with:.*/s, "");
  return error;
};

const retryStrategy = (times: number): number => Math.min(100 * 2 ** Math.min(times, 6), 3_000);

/** For our own commands: they fail at once while Redis is away, and are never sent a second time. */
export const connectForCommands = ({ url, name, onError }: Connect): Redis => {
  const redis = new Redis(url, {
    connectionName: name,
    retryStrategy,
    connectTimeout: ANSWER_WITHIN,
    commandTimeout: ANSWER_WITHIN,
    socketTimeout: ANSWER_WITHIN,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  redis.on("error", (error) => onError(withoutArguments(error)));
  return redis;
};

/** For BullMQ: what it sends waits until Redis is back. */
export const connectForQueues = ({ url, name, onError }: Connect): Redis => {
  const redis = new Redis(url, {
    connectionName: name,
    retryStrategy,
    connectTimeout: ANSWER_WITHIN,
    socketTimeout: SILENT_FOR,
    maxRetriesPerRequest: null,
  });
  redis.on("error", (error) => onError(withoutArguments(error)));
  return redis;
};

/** Resolves when it answers, or has not for a while. */
export const ready = (redis: Redis): Promise<void> =>
  new Promise((resolve) => {
    if (redis.status === "ready") return resolve();
    const late = setTimeout(resolve, ANSWER_WITHIN);
    redis.once("ready", () => {
      clearTimeout(late);
      resolve();
    });
  });
