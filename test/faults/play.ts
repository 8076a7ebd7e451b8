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
  /** The error's code; left out where any will do. */
  readonly code?: string;
  /** Ends what no pass can: a person who gives a right back. */
  readonly mend?: ((world: PassWorld) => void | Promise<void>) | undefined;
  /** Tokens of our name that stay, as nothing proves them ours. */
  readonly stays?: readonly number[] | undefined;
}

/** One row: the pass in which something goes wrong, and those after it. */
export const play = async ({ start, ways, spoil, columns, says, code, mend, stays }: Play): Promise<void> => {
  const world = await startScene(start, ways);
  try {
    spoil(world);
    const { left, codes, terminal } = await passOnce(world);
    expect(left).toEqual(leaves(columns));
    if (code !== undefined) expect(codes).toBe(code);
    expect(terminal).toMatch(says);
    for (const secret of world.gitlab.issuedSecrets()) expect(terminal).not.toContain(secret);
    await mend?.(world);
    await expectPutRight(world, stays);
  } finally {
    await world.close();
  }
};
