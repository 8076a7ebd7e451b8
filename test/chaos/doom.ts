import type { Happening, Kind } from "./chronicle.ts";
import type { Dice } from "./dice.ts";
import { TIMES } from "./times.ts";
import type { StoreKind } from "./world.ts";

/** What is done to a child, and at which instant. */
export interface Doom {
  readonly how: "kill" | "freeze";
  /** Whether this is the happening, after which `delayMs` pass. */
  readonly at: (happening: Happening) => boolean;
  readonly delayMs: number;
  /** The request that it happened at is lost on its way. */
  readonly losesRequest: boolean;
  readonly frozenMs: number;
  /** Killed right as it wakes up. */
  readonly thenKilled: boolean;
  readonly text: string;
}

/** Chosen so that most fall into rotations, of which there are several at once. */
const KINDS: Readonly<Record<StoreKind, readonly Kind[]>> = {
  aws: [
    "read",
    "ensure",
    "record",
    "record",
    "create",
    "create",
    "create",
    "verify",
    "put",
    "put",
    "put",
    "delete",
    "delete",
  ],
  file: [
    "read",
    "record",
    "record",
    "create",
    "create",
    "create",
    "verify",
    "write",
    "write",
    "put",
    "put",
    "delete",
    "delete",
  ],
};

const nth = (count: number, fits: (happening: Happening) => boolean): ((happening: Happening) => boolean) => {
  let left = count;
  return (happening) => {
    if (!fits(happening)) return false;
    left -= 1;
    return left === 0;
  };
};

const request = (count: number) => nth(count, ({ phase }) => phase === "arrived");

const instant = (dice: Dice, store: StoreKind): Pick<Doom, "at" | "delayMs" | "text"> => {
  // From its first request on: before that it has done nothing.
  if (dice.chance(0.12)) {
    const delayMs = dice.whole(0, 800);
    return { at: request(1), delayMs, text: `${delayMs} ms after its first request` };
  }
  const delayMs = dice.chance(0.5) ? 0 : dice.whole(1, 40);
  const soon = delayMs === 0 ? "" : ` and ${delayMs} ms`;
  if (dice.chance(0.08)) {
    const count = dice.whole(1, 80);
    return { at: request(count), delayMs, text: `request ${count}${soon}` };
  }
  const kind = dice.pick(KINDS[store]);
  const phase = kind === "write" ? "arrived" : dice.pick(["arrived", "committed"] as const);
  const count = dice.whole(1, kind === "read" ? 30 : 4);
  const wanted = nth(count, (happening) => happening.kind === kind && happening.phase === phase);
  // A pass that has none of these is cut somewhere else.
  const limit = dice.whole(50, 130);
  const last = request(limit);
  const at = (happening: Happening): boolean => {
    const [fits, late] = [wanted(happening), last(happening)];
    return fits || late;
  };
  return { at, delayMs, text: `${kind} ${count} ${phase}, or request ${limit},${soon}` };
};

/** `undefined`: this one is left in peace. */
export const castDoom = (dice: Dice, store: StoreKind): Doom | undefined => {
  if (dice.chance(0.12)) return undefined;
  const when = instant(dice, store);
  const how = dice.chance(0.9) ? "kill" : "freeze";
  // Past the deadline always, and past `stray_after` often: then others have cleared up behind it.
  const frozenMs = dice.whole(TIMES.deadline + 500, TIMES.strayAfter + 2_500);
  return { ...when, how, losesRequest: dice.chance(0.3), frozenMs, thenKilled: dice.chance(0.3) };
};
