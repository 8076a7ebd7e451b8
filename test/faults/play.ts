import { expect } from "vitest";
import type { PassWorld, Ways } from "../support/pass-world.ts";
import { type Columns, expectPutRight, leaves, passOnce, type Start, startScene } from "./scene.ts";

export interface Play {
  readonly start: Start;
  readonly ways?: Ways;
  /** What goes wrong. */
  readonly spoil: (world: PassWorld) => void;
  readonly columns: Columns;
  /** On the terminal. */
  readonly says: RegExp;
  readonly saysToo?: RegExp | undefined;
  /** The error's code; left out where any will do. */
  readonly code?: string;
  /** False where another row that leaves the same behind shows what comes after. */
  readonly putsRight?: boolean;
  /** Ends what no pass can: a person who gives a right back. */
  readonly mend?: ((world: PassWorld) => void | Promise<void>) | undefined;
  /** Tokens of our name that stay, as nothing proves them ours. */
  readonly stays?: readonly number[] | undefined;
}

/** One row: the pass in which something goes wrong, and those after it. */
export const play = async (played: Play): Promise<void> => {
  const { start, ways, spoil, columns, says, saysToo = says, code, putsRight = true, mend, stays } = played;
  const world = await startScene(start, ways);
  try {
    spoil(world);
    const { left, codes, terminal } = await passOnce(world, start);
    expect(left).toEqual(leaves(columns));
    if (code !== undefined) expect(codes).toBe(code);
    expect(terminal).toMatch(says);
    expect(terminal).toMatch(saysToo);
    for (const secret of world.gitlab.issuedSecrets()) expect(terminal).not.toContain(secret);
    await mend?.(world);
    if (putsRight) await expectPutRight(world, { stays, start });
  } finally {
    await world.close();
  }
};

/** Answers whether it is asked for the first time about that. */
export const firstTime = (): ((about: string) => boolean) => {
  const known = new Set<string>();
  return (about) => known.size !== known.add(about).size;
};
