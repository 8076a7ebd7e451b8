import { randomUUID } from "node:crypto";
import { readlink, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isErrno } from "./file-errors.ts";

export interface FileLock {
  /** Whether it is still ours: a process frozen for long enough may have lost it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface FileLockOptions {
  /** How long one holder may sit on it before it counts as gone although its process seems to live. */
  readonly patienceMs: number;
}

/** Tells this process from another one of the same number: every container calls its first process 1. */
const INSTANCE = randomUUID();
const POLL_MS = 10;

/** Waits for the lock at `path`: a symbolic link whose target names the owner, as making one is atomic and exclusive. */
export const acquireLock = async (
  path: string,
  options: FileLockOptions = { patienceMs: 30_000 },
): Promise<FileLock> => {
  const own = [hostname(), process.pid, INSTANCE, randomUUID()].join("|");
  let seen: { readonly owner: string; readonly since: number } | undefined;
  for (;;) {
    if (await tryToMake(path, own)) return lockAt(path, own);
    const owner = await ownerOf(path);
    if (owner === undefined) continue;
    // Time in one holder's hands, measured here: the wall clock may step, and a file's age is the file server's.
    if (seen?.owner !== owner) seen = { owner, since: performance.now() };
    const isStale = hasDied(owner) || performance.now() - seen.since > options.patienceMs;
    if (isStale) await breakLock(path, owner, options);
    else await sleep(POLL_MS + Math.random() * POLL_MS);
  }
};

const lockAt = (path: string, own: string): FileLock => {
  const isHeld = async (): Promise<boolean> => (await ownerOf(path)) === own;
  return {
    isHeld,
    release: async () => {
      if (await isHeld()) await unlink(path);
    },
  };
};

const tryToMake = async (path: string, owner: string): Promise<boolean> => {
  try {
    await symlink(owner, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
};

const ownerOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readlink(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
};

/** Only within a lock on the lock, so that nobody removes the one that a third process has just made. */
const breakLock = async (path: string, owner: string, options: FileLockOptions): Promise<void> => {
  const lock = await acquireLock(`${path}.break`, options);
  try {
    if ((await ownerOf(path)) === owner) await unlink(path);
  } finally {
    await lock.release();
  }
};

const hasDied = (owner: string): boolean => {
  const [host, pid, instance] = owner.split("|");
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return instance !== INSTANCE;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return isErrno(error, "ESRCH");
  }
};
