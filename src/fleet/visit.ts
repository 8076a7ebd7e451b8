import { ask } from "./ask.ts";
import { connectForCommands, type Redis, ready } from "./redis.ts";

export interface VisitOptions {
  readonly url: string;
  /** For `CLIENT LIST`. */
  readonly name: string;
}

/** One look at a Redis, by who takes no part in a fleet. Throws `RedisLostError`, with what the connection said. */
export const visit = async <Found>(
  { url, name }: VisitOptions,
  look: (redis: Redis) => Promise<Found>,
): Promise<Found> => {
  let lastError: Error | undefined;
  const onError = (error: Error): void => {
    lastError = error;
  };
  const redis = connectForCommands({ url, name, onError });
  try {
    await ready(redis);
    return await ask(look(redis).catch((error: unknown) => Promise.reject(lastError ?? error)));
  } finally {
    redis.disconnect();
  }
};
