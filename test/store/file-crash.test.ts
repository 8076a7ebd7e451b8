import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileStore } from "../../src/store/file.ts";
import { putting, versionId } from "./contract.ts";
import { storeClock } from "./store-clock.ts";

const SCRIPT = fileURLToPath(new URL("./put-many.ts", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotator-crash-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("reads and writes on after a process that was killed while it wrote", { timeout: 60_000 }, async () => {
  const store = createFileStore({ folder, clock: storeClock() });
  await store.ensure("a/secret", {});
  for (let round = 1; round <= 8; round += 1) {
    const child = spawn(process.execPath, [SCRIPT, folder, "a/secret", String(round * 1000), "1000"]);
    const exited = once(child, "exit");
    while (!(await store.versions("a/secret")).includes(versionId(round * 1000))) await sleep(5);
    await sleep(Math.random() * 40);
    child.kill("SIGKILL");
    expect((await exited)[1]).toBe("SIGKILL");
    const labels = (await store.describe("a/secret"))?.versions.flatMap((version) => version.labels);
    expect(labels?.filter((label) => label === "AWSCURRENT")).toEqual(["AWSCURRENT"]);
    await store.put("a/secret", putting(round, `value-of-${round}`));
    expect(await readdir(folder), "no half-written file and no lock").toEqual(["a%2fsecret.json"]);
  }
});
