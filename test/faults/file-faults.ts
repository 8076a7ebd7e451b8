import { constants } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { Ports } from "../../src/apply/observe.ts";
import type { SecretStore } from "../../src/model/ports.ts";
import type { Start } from "./scene.ts";

/** A call to the file store: the nth of its kind from that start. */
interface FilePlace {
  readonly start: Start;
  readonly step: keyof SecretStore;
  readonly nth?: number;
}

export const FILE_CALLS = {
  list: { start: "due", step: "list" },
  describe: { start: "due", step: "describe" },
  ensure: { start: "nothing", step: "ensure" },
  "describe after ensure": { start: "nothing", step: "describe", nth: 3 },
  record: { start: "due", step: "record" },
  "describe before the put": { start: "due", step: "describe", nth: 2 },
  put: { start: "nothing", step: "put" },
  "put of a renewal": { start: "due", step: "put" },
  "describe before a DELETE": { start: "superseded", step: "describe" },
  versions: { start: "stray", step: "versions" },
} as const satisfies Record<string, FilePlace>;

export type FileCall = keyof typeof FILE_CALLS;

/** What a store asks of the system. */
type SystemCall =
  | "look at the folder"
  | "read the folder"
  | "open the file"
  | "lock"
  | "write"
  | "rename"
  | "flush the folder";

const fail = (code: string): never => {
  throw Object.assign(new Error(`${code}: as the system says it`), { code });
};

const { stat, readdir, open, symlink, rename } = fs;

const openCall = (flags: unknown): SystemCall => {
  if (flags === "wx") return "write";
  return (Number(flags) & constants.O_DIRECTORY) === 0 ? "open the file" : "flush the folder";
};

/**
 * Lets the system itself refuse: a disk can be filled, and a right taken from root, only on a mount of our own, and an I/O
 * error not even there. The real calls are put back by `healSystem`.
 */
export const breakSystem = (broken: SystemCall, errno: string): void => {
  const spoil =
    <Sent extends unknown[], Result>(
      act: (...sent: Sent) => Result,
      callOf: (...sent: NoInfer<Sent>) => SystemCall,
    ) =>
    async (...sent: Sent): Promise<Awaited<Result>> => {
      if (callOf(...sent) === broken) fail(errno);
      return await act(...sent);
    };
  const spoiled = {
    stat: spoil(stat, () => "look at the folder"),
    readdir: spoil(readdir, () => "read the folder"),
    symlink: spoil(symlink, () => "lock"),
    rename: spoil(rename, () => "rename"),
    open: spoil(open, (...[, flags]) => openCall(flags)),
  };
  Object.assign(fs, spoiled);
  syncBuiltinESMExports();
};

export const healSystem = (): void => {
  Object.assign(fs, { stat, readdir, symlink, rename, open });
  syncBuiltinESMExports();
};

/** Calls back as the store is asked so for the nth time since. */
export const watchStore = () => {
  let left = 0;
  let watched: { readonly step: string; readonly strike: () => void } | undefined;
  const arrive = (step: string): void => {
    if (watched?.step !== step) return;
    left -= 1;
    if (left > 0) return;
    const { strike } = watched;
    watched = undefined;
    strike();
  };
  const overlook = (ports: Ports): Ports => ({
    ...ports,
    store: Object.fromEntries(
      Object.entries(ports.store as unknown as Record<string, (...sent: unknown[]) => unknown>).map(
        ([step, act]) => [
          step,
          (...sent: unknown[]) => {
            arrive(step);
            return act(...sent);
          },
        ],
      ),
    ) as unknown as SecretStore,
  });
  const strikeAt = (call: FileCall, strike: () => void): void => {
    const { step, nth = 1 }: FilePlace = FILE_CALLS[call];
    left = nth;
    watched = { step, strike };
  };
  return { overlook, strikeAt };
};
