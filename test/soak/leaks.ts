import { connect, type Socket } from "node:net";

export const LEAKS = ["listener", "memory", "socket"] as const;
export type Leak = (typeof LEAKS)[number];

const KILOBYTE = 1_024;

/** Called once a pass: what a careless line in the daemon would do, to see that the judge notices. */
export const plantLeak = (
  leak: Leak,
  { stop, port }: { readonly stop: AbortSignal; readonly port: number },
): (() => void) => {
  const kept: (Socket | readonly number[])[] = [];
  switch (leak) {
    case "listener":
      return () => stop.addEventListener("abort", () => {});
    case "memory":
      // Eight bytes each, on the heap.
      return () => void kept.push(Array.from({ length: KILOBYTE / 8 }, (_, index) => index + 0.5));
    case "socket":
      return () => void kept.push(connect(port, "127.0.0.1").on("error", () => {}));
    default:
      return leak satisfies never;
  }
};
