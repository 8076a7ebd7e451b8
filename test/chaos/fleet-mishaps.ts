import { setTimeout as sleep } from "node:timers/promises";
import type { RedisServer } from "../support/redis.ts";
import type { Dice } from "./dice.ts";
import type { CrewMember } from "./fleet-crew.ts";
import { somebodyActs } from "./people.ts";
import type { Stage } from "./stage.ts";
import { changeWeather } from "./weather.ts";

export interface MishapOptions {
  readonly stage: Stage;
  readonly dice: Dice;
  readonly redis: RedisServer;
  readonly crew: () => readonly CrewMember[];
  readonly isOver: () => boolean;
  /** Redis has lost everything: two passes may overlap from here on. */
  readonly onLost: () => void;
}

export interface Mishaps {
  redisRestarts: number;
  flushes: number;
  cuts: number;
  freezes: number;
}

/** What happens to Redis, to the way there, to both systems and by people, every second or two. */
export const playMishaps = async (options: MishapOptions, tally: Mishaps): Promise<void> => {
  const { stage, dice, redis, crew, isOver, onLost } = options;
  const note = (text: string): void => stage.chronicle.note(text);

  const restartRedis = async (): Promise<void> => {
    tally.redisRestarts += 1;
    note("Redis dies");
    onLost();
    await redis.stop();
    await sleep(dice.whole(50, 2_500));
    await redis.start();
    note("Redis is back, empty");
  };
  const flush = async (): Promise<void> => {
    tally.flushes += 1;
    note("Redis loses its data");
    onLost();
    await redis.client.flushall();
  };
  const cutOne = async (): Promise<void> => {
    const members = crew();
    if (members.length === 0) return;
    const { child, redis: proxy } = dice.pick(members);
    const freezes = dice.chance(0.5);
    tally[freezes ? "freezes" : "cuts"] += 1;
    note(`${child.name} and Redis: ${freezes ? "nothing gets through" : "cut"}`);
    if (freezes) proxy.freeze();
    else proxy.cut();
    await sleep(dice.whole(200, 5_000));
    proxy.restore();
    note(`${child.name} and Redis: restored`);
  };

  while (!isOver()) {
    await sleep(dice.whole(500, 2_000));
    if (dice.chance(0.5)) changeWeather(stage.world, dice);
    if (dice.chance(0.1)) note(somebodyActs(stage.world, dice, stage.hasSecret));
    // Twelve in twenty bring nothing.
    const [mishap] = [restartRedis, flush, ...Array(6).fill(cutOne)].slice(dice.whole(0, 19));
    await mishap?.();
    stage.inspect();
  }
};
