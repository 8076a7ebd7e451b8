import type { PassRecord } from "../model/history.ts";
import { createArchive } from "./archive.ts";
import { ask } from "./ask.ts";
import { prefixOf } from "./keys.ts";
import { policyInForce } from "./policy-in-force.ts";
import { connectForCommands, ready } from "./redis.ts";
import { type Beat, createRegistry } from "./registry.ts";
import { TIMING } from "./timing.ts";

export interface Looked {
  readonly beat: Beat;
  readonly policyInForce: string | undefined;
  readonly lastPass: PassRecord | undefined;
}

/** One look at a fleet, from outside. Throws `RedisLostError`. */
export const look = async (url: string, fleet: string): Promise<Looked> => {
  let lastError: Error | undefined;
  const onError = (error: Error): void => {
    lastError = error;
  };
  const redis = connectForCommands({ url, name: "deploy-token-rotator-status", onError });
  const prefix = prefixOf(fleet);
  try {
    await ready(redis);
    const registry = createRegistry({ redis, prefix, liveFor: TIMING.liveFor });
    const beat = await ask(registry.beat().catch((error: unknown) => Promise.reject(lastError ?? error)));
    const [last] = await createArchive(redis, prefix).passes();
    return { beat, policyInForce: policyInForce(beat.replicas), lastPass: last?.record };
  } finally {
    redis.disconnect();
  }
};
