import type { Program } from "./program.ts";

export interface LookProgress {
  on(done: number, total: number): void;
  done(): void;
}

/** How far a look at all targets is, on a terminal; nothing in a pipe. */
export const lookProgress = async ({ stderr }: Program): Promise<LookProgress | undefined> => {
  if (stderr.isTTY !== true) return undefined;
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(stderr);
  return {
    on: (done, total) => update(`Looking at targets: ${done} of ${total}`),
    done: () => update.clear(),
  };
};
