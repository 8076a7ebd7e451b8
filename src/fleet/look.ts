import type { PassRecord } from "../model/history.ts";
import { createArchive } from "./archive.ts";
import { prefixOf } from "./keys.ts";
import { policyInForce } from "./policy-in-force.ts";
import { type Beat, createRegistry } from "./registry.ts";
import { TIMING } from "./timing.ts";
import { visit } from "./visit.ts";

export interface Looked {
  readonly beat: Beat;
  readonly policyInForce: string | undefined;
  readonly lastPass: PassRecord | undefined;
}

/** One look at a fleet, from outside. Throws `RedisLostError`. */
export const look = (url: string, fleet: string): Promise<Looked> =>
  visit({ url, name: "deploy-token-rotator-status" }, async (redis) => {
    const prefix = prefixOf(fleet);
    const beat = await createRegistry({ redis, prefix, liveFor: TIMING.liveFor }).beat();
    const [last] = await createArchive(redis, prefix).passes();
    return { beat, policyInForce: policyInForce(beat.replicas), lastPass: last?.record };
  });
