import { setTimeout as sleep } from "node:timers/promises";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import type { Child } from "./child.ts";
import type { Dice } from "./dice.ts";
import { castDoom } from "./doom.ts";
import type { Stage } from "./stage.ts";

const REPLICA = new URL("../support/replica.ts", import.meta.url).pathname;
/** So short that a freeze lasts longer than a lock, and a busy machine loses some by itself. */
const TIMING = { beat: 300, liveFor: 3_000, lock: 2_000, stalled: 700, passLiveFor: 4_000 };

/** A replica, and what stands between it and Redis. */
export interface CrewMember {
  readonly child: Child;
  readonly redis: TcpProxy;
}

export interface CrewOptions {
  readonly stage: Stage;
  readonly dice: Dice;
  readonly redis: { readonly port: number; readonly password: string };
  readonly isOver: () => boolean;
}

const enter = async ({ stage, dice, redis }: CrewOptions): Promise<CrewMember> => {
  const proxy = await startProxy(redis.port);
  const child = await stage.enter({
    script: REPLICA,
    args: ["rotation.yaml", JSON.stringify(TIMING), dice.pick(["1.0.0", "1.1.0"])],
    env: { REDIS_URL: `redis://:${redis.password}@127.0.0.1:${proxy.port}/0` },
    // With nobody left in peace no pass would ever come to its end.
    doom: dice.chance(0.6) ? castDoom(dice, "aws") : undefined,
    patienceMs: dice.whole(8_000, 40_000),
    askedToStop: dice.chance(0.5),
    latency: () => (dice.chance(0.02) ? dice.whole(100, 700) : dice.whole(0, 12)),
    swallows: () => dice.chance(0.002),
  });
  return { child, redis: proxy };
};

/** Whoever dies has a successor at once: so many replicas all the time. */
export const keepCrew = (options: CrewOptions, size: number) => {
  const members = new Set<CrewMember>();
  const keepOne = async (): Promise<void> => {
    while (!options.isOver()) {
      const member = await enter(options);
      members.add(member);
      await member.child.ended;
      members.delete(member);
      await member.redis.close();
    }
  };
  const all = Promise.all(Array.from({ length: size }, keepOne));
  return {
    members: (): readonly CrewMember[] => [...members],
    /** Asks all to stop, a frozen one once it is awake. */
    dismiss: async (): Promise<void> => {
      const asking = setInterval(() => {
        for (const { child, redis } of members) {
          redis.restore();
          child.process.kill("SIGTERM");
        }
      }, 500);
      await Promise.race([all, sleep(120_000)]);
      clearInterval(asking);
    },
  };
};
