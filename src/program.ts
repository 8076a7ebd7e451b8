import type { Clock } from "./model/clock.ts";

/** Everything of the process that the program touches, given by `main.ts`. */
export interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly clock: Clock;
  readonly random: (max: number) => number;
  readonly readFile: (path: string) => Uint8Array;
  /** Aborted by the first SIGTERM or SIGINT. */
  readonly stop: AbortSignal;
  /** Calls back on SIGHUP. */
  readonly onReload: (listener: () => void) => void;
}

/** sysexits.h, where it has a number for it. */
export const EXIT = { done: 0, failed: 1, changes: 2, usage: 64, config: 78 } as const;

/** The policy where neither `--policy` nor ROTATION_POLICY names one. */
export const DEFAULT_POLICY = "rotation.yaml";
