import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";
import type { Dice } from "./dice.ts";
import { castDoom } from "./doom.ts";
import { somebodyActs } from "./people.ts";
import type { Casting, Stage } from "./stage.ts";
import { changeWeather } from "./weather.ts";

/** Long enough for a pass that meets a fault or two. */
const APPLY_PATIENCE = 6_000;

const cast = (dice: Dice, stage: Stage): Casting => {
  const { store } = stage.world;
  const doom = castDoom(dice, store);
  const runs = dice.chance(0.3);
  const patience = runs ? dice.whole(1_500, 4_500) : APPLY_PATIENCE;
  const frozen = doom?.how === "freeze" ? doom.frozenMs + 2_500 : 0;
  const slow = dice.chance(0.15);
  return {
    args: runs ? ["run"] : dice.chance(0.5) ? ["apply"] : ["apply", "--json"],
    doom,
    patienceMs: patience + frozen,
    askedToStop: dice.chance(0.5),
    latency: () => (dice.chance(0.02) ? dice.whole(100, 700) : dice.whole(0, slow ? 80 : 12)),
    swallows: () => dice.chance(0.002),
  };
};

/** Both systems are gone for a moment, and come back as they were. */
const restart = async (children: readonly Child[], dice: Dice): Promise<void> => {
  await sleep(dice.whole(300, 900));
  await Promise.all(children.map(({ wire }) => wire.cut()));
  await sleep(dice.whole(30, 700));
  await Promise.all(children.map(({ wire }) => wire.restore()));
};

/** While one stands still the others go on: only then can it wake up to a world that has changed. */
const playBystanders = async (stage: Stage, dice: Dice, isOver: () => boolean): Promise<void> => {
  while (!isOver()) {
    const casting = cast(dice, stage);
    const doom = casting.doom?.how === "kill" && dice.chance(0.5) ? casting.doom : undefined;
    const child = await stage.enter({ ...casting, doom, args: ["apply"] });
    await child.ended;
  }
};

/** One to three children at once; it is over when all have ended, one way or the other. */
const playEpisode = async (stage: Stage, dice: Dice): Promise<void> => {
  changeWeather(stage.world, dice);
  if (dice.chance(0.25)) stage.chronicle.note(somebodyActs(stage.world, dice, stage.hasSecret));
  const castings = Array.from({ length: dice.pick([1, 1, 2, 2, 3]) }, () => cast(dice, stage));
  const children: Child[] = [];
  for (const casting of castings) {
    if (children.length > 0) await sleep(dice.whole(0, 250));
    children.push(await stage.enter(casting));
  }
  let over = false;
  const ended = Promise.all(children.map((child) => child.ended)).then(() => {
    over = true;
  });
  if (dice.chance(0.2)) {
    stage.tally.restarts += 1;
    stage.chronicle.note("the simulators restart");
    await restart(children, dice).catch(() => undefined);
  }
  if (castings.some(({ doom }) => doom?.how === "freeze")) await playBystanders(stage, dice, () => over);
  await ended;
  stage.inspect();
};

export interface EpisodesOptions {
  readonly kills: number;
  readonly dice: Dice;
  readonly tell: (line: string) => void;
  /** Something is wrong somewhere: what follows would only blur it. */
  readonly isOver: () => boolean;
}

/** Episode after episode, until enough were killed or something is wrong. */
export const playEpisodes = async (
  stage: Stage,
  { kills, dice, tell, isOver }: EpisodesOptions,
): Promise<void> => {
  const { tally } = stage;
  let told = 0;
  // To the end, for the sake of its compile cache.
  await (await stage.enter({ ...cast(dice, stage), args: ["plan"], doom: undefined, patienceMs: 60_000 }))
    .ended;
  while (tally.kills < kills && !isOver()) {
    await playEpisode(stage, dice);
    if (tally.kills - told >= 25 || tally.kills >= kills) {
      told = tally.kills;
      const { made } = stage.chronicle;
      tell(
        `${tally.kills} kills, ${tally.freezes} freezes, ${tally.children} children, ${made.size} tokens made`,
      );
    }
  }
};
