import { asked } from "./asked.ts";
import type { Loaded } from "./command.ts";
import { lookAtFleet } from "./fleet-look.ts";
import { redisUrlOf, withPackages } from "./fleet-settings.ts";
import type { DoctorCheck } from "./model/doctor.ts";
import { judgeRedis, type RedisSight } from "./plan/doctor-redis.ts";
import type { Program } from "./program.ts";

/** The Redis of a fleet; nothing for `engine: local`. */
export const examineRedis = async (program: Program, loaded: Loaded): Promise<readonly DoctorCheck[]> => {
  const { engine } = loaded.policy;
  if (engine.type === "local") return [];
  const see = async (): Promise<RedisSight> => {
    const url = redisUrlOf(loaded.settings, engine);
    const { redisFacts } = await withPackages(() => import("./fleet/facts.ts"));
    const facts = await redisFacts(url.reveal());
    const fleet = await lookAtFleet(program, { ...loaded, engine });
    if (fleet.error !== undefined) throw new Error(fleet.error);
    return { ...facts, fleet };
  };
  return judgeRedis(await asked(see()));
};
