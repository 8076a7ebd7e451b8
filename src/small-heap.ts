import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Bytes. With more of it a pass is no faster. */
const ENOUGH = 8 * 1024 * 1024;
/** Milliseconds. It doubles a few times a second at most. */
const LOOK_EVERY = 25;

const size = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? ENOUGH;

/**
 * V8 lets the space for young objects grow to 128 MiB while a pass reads tens of thousands of answers, which nobody needs
 * for long, and the rest of the heap to more than twice what lives in it: together half of the memory that a pass over
 * 10,000 projects took. A V8 that knows a flag no more says so and goes on. Returns what ends the watch.
 */
export const keepHeapSmall = (): (() => void) => {
  setFlagsFromString("--heap-growing-percent=60");
  // Each collection of the whole heap makes it as small as at the start, where little is going on; then it has to grow.
  setFlagsFromString("--semi-space-growth-factor=2");
  const watch = setInterval(() => {
    if (size() < ENOUGH) return;
    setFlagsFromString("--semi-space-growth-factor=1");
    clearInterval(watch);
  }, LOOK_EVERY).unref();
  return () => clearInterval(watch);
};
