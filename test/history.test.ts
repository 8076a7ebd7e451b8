import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendHistory, openHistory, readHistory } from "../src/history.ts";
import type { PassRecord } from "../src/model/history.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rotator-history-"));
  file = join(folder, "history.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aPass = (minute: number): PassRecord => ({
  startedAt: new Date(Date.UTC(2026, 10, 24, 3, minute)),
  finishedAt: new Date(Date.UTC(2026, 10, 24, 3, minute, 30)),
  summary: { lineages: 1, create: 0, rotate: 1, delete: 0, keep: 0, report: 0, failed: 0 },
  warnings: ["a warning"],
  actions: [
    {
      kind: "project",
      path: "platform/api",
      token: "registry-pull",
      action: "rotate",
      reason: "Renewing",
      message: "expires soon",
      tokenId: 1,
      newTokenId: 2,
      expiresAt: new Date("2027-02-22T00:00:00Z"),
      result: "done",
    },
  ],
  error: undefined,
});

describe("the history of passes", () => {
  it("reads back what was written, the newest first", async () => {
    for (const minute of [1, 2, 3]) await appendHistory(file, aPass(minute));
    expect(await readHistory(file)).toEqual([aPass(3), aPass(2), aPass(1)]);
    expect(await readHistory(file, 1)).toEqual([aPass(3)]);
  });

  it("can be read by its owner alone", async () => {
    await appendHistory(file, aPass(1));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("overlooks a line that a full disk has cut off, and one of another version", async () => {
    await appendHistory(file, aPass(1));
    writeFileSync(file, `${readFileSync(file, "utf8")}{"startedAt":"2026-11\n{"version":99}\n`);
    await appendHistory(file, aPass(2));
    expect(await readHistory(file)).toEqual([aPass(2), aPass(1)]);
  });

  it("begins a line of its own after one that was cut off", async () => {
    writeFileSync(file, '{"startedAt":');
    await appendHistory(file, aPass(1));
    expect(await readHistory(file)).toHaveLength(1);
  });

  it("waits for no pipe, and says what to do where it cannot be written", async () => {
    execFileSync("mkfifo", [file]);
    await expect(readHistory(file)).rejects.toThrow("cannot be read (not a file)");
    await expect(appendHistory(file, aPass(1))).rejects.toThrow("cannot be written (not a file)");
    await expect(appendHistory(join(folder, "no", "file"), aPass(1))).rejects.toThrow(
      `(its folder ${join(folder, "no")} does not exist); give a file`,
    );
  });

  it("is refused at once where it could not be written, and nothing is made to find that out", async () => {
    await expect(openHistory(join(folder, "no", "file"))).rejects.toMatchObject({
      code: "ERR_SETTINGS_INVALID",
      message: expect.stringContaining(`its folder ${join(folder, "no")} does not exist`),
    });
    writeFileSync(file, "");
    await expect(openHistory(join(file, "file"))).rejects.toThrow("(ENOTDIR)");
    await expect(openHistory(folder)).rejects.toThrow("cannot be written (not a file)");
    await openHistory(join(folder, "new"));
    expect(readdirSync(folder)).toEqual(["history.jsonl"]);
  });

  it.skipIf(process.getuid?.() === 0)("is refused at once where we may not write", async () => {
    writeFileSync(file, "", { mode: 0o400 });
    await expect(openHistory(file)).rejects.toThrow("cannot be written (EACCES)");
    chmodSync(folder, 0o500);
    await expect(openHistory(join(folder, "new"))).rejects.toThrow("cannot be written (EACCES)");
    chmodSync(folder, 0o700);
  });

  it("is put aside once it has grown too long, and is read all the same", async () => {
    writeFileSync(file, `${JSON.stringify(aPass(1))}\n`.repeat(12_000));
    await appendHistory(file, aPass(2));
    expect(statSync(file).size).toBeLessThan(1_000);
    expect(await readHistory(file, 2)).toEqual([aPass(2), aPass(1)]);
  });

  it("is empty where there is no file yet, and says what is wrong where it cannot be read", async () => {
    expect(await readHistory(file)).toEqual([]);
    await expect(readHistory(folder)).rejects.toMatchObject({ code: "ERR_SETTINGS_INVALID" });
  });

  it("remembers fifty passes in memory, with or without a file", async () => {
    const history = await openHistory(undefined);
    for (let minute = 0; minute < 55; minute += 1) await history.add(aPass(minute));
    expect(history.passes()).toHaveLength(50);
    expect(history.passes()[0]).toEqual(aPass(54));
    const kept = await openHistory(file);
    await kept.add(aPass(1));
    expect((await openHistory(file)).passes()).toEqual([aPass(1)]);
  });
});
