import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readlink, rm, symlink } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireLock } from "../../src/store/file-lock.ts";

describe("the lock of a folder", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rotator-lock-"));
    path = join(folder, ".lock");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const deadProcess = async (): Promise<number> => {
    const child = spawn("true");
    await once(child, "exit");
    return child.pid as number;
  };

  /** How many of so many takers, who come within a few milliseconds of each other, ever held it together. */
  const mostAtOnce = async (takers: number): Promise<number> => {
    let inside = 0;
    let most = 0;
    const take = async (): Promise<void> => {
      await sleep(Math.random() * 2);
      const lock = await acquireLock(path);
      inside += 1;
      most = Math.max(most, inside);
      await sleep(1);
      inside -= 1;
      await lock.release();
    };
    await Promise.all(Array.from({ length: takers }, take));
    return most;
  };

  test("has one holder at a time", async () => {
    expect(await mostAtOnce(12)).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("is taken over from a process that has died, by one of many", async () => {
    const pid = await deadProcess();
    for (let round = 0; round < 40; round += 1) {
      await symlink(`${hostname()}|${pid}|an-instance|lock-${round}`, path);
      expect(await mostAtOnce(12)).toBe(1);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test("is taken over from an earlier process of this very number", async () => {
    await symlink(`${hostname()}|${process.pid}|an-earlier-instance|a-lock`, path);
    const lock = await acquireLock(path);
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
  });

  test("is left to a process that lives, until patience ends", async () => {
    const child = spawn("sleep", ["60"]);
    const owner = `${hostname()}|${child.pid}|an-instance|a-lock`;
    await symlink(owner, path);
    let isTaken = false;
    const taking = acquireLock(path, { patienceMs: 300 }).then((lock) => {
      isTaken = true;
      return lock;
    });
    await sleep(50);
    expect([isTaken, await readlink(path)]).toEqual([false, owner]);
    const lock = await taking;
    expect(await lock.isHeld()).toBe(true);
    child.kill();
  });

  test("is left to another machine's process, whose number says nothing here", async () => {
    const owner = `another-host|${await deadProcess()}|an-instance|a-lock`;
    await symlink(owner, path);
    const taking = acquireLock(path, { patienceMs: 300 });
    await sleep(50);
    expect(await readlink(path)).toBe(owner);
    await (await taking).release();
  });

  test("is not waited for where none can be made", async () => {
    await expect(acquireLock(join(folder, "nowhere", ".lock"))).rejects.toThrow("ENOENT");
  });

  test("tells a holder that lost it, who then leaves the next one's alone", async () => {
    const slow = await acquireLock(path);
    const next = await acquireLock(path, { patienceMs: 20 });
    expect([await slow.isHeld(), await next.isHeld()]).toEqual([false, true]);
    await slow.release();
    expect(await next.isHeld()).toBe(true);
  });
});
