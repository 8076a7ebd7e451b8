import type { Loaded } from "./command.ts";
import { placeOf, redisUrlOf, withPackages } from "./fleet-settings.ts";
import type { FleetLook } from "./model/fleet.ts";
import type { FleetEngine } from "./model/policy.ts";
import { policyHash } from "./policy-hash.ts";
import type { Program } from "./program.ts";

/** How the fleet stands, for who takes no part in it. Without Redis it says so, and the rest is shown all the same. */
export const lookAtFleet = async (
  program: Program,
  { settings, policy, engine }: Loaded & { readonly engine: FleetEngine },
): Promise<FleetLook> => {
  const nothing = {
    name: engine.name,
    redis: "",
    replicas: [],
    policyInForce: undefined,
    policy: policyHash(policy, program.env),
    pass: undefined,
    lastPass: undefined,
  };
  try {
    const url = redisUrlOf(settings, engine);
    const { look } = await withPackages(() => import("./fleet/look.ts"));
    const { beat, policyInForce, lastPass } = await look(url.reveal(), engine.name);
    const { replicas, pass, progress } = beat;
    return {
      ...nothing,
      redis: placeOf(url),
      replicas,
      policyInForce,
      pass: pass && { ...pass, ...progress },
      lastPass,
      error: undefined,
    };
  } catch (error) {
    return { ...nothing, error: error instanceof Error ? error.message : String(error) };
  }
};
