import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SecretStoreError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { createFileStore } from "../../src/store/file.ts";
import { storeClock } from "./store-clock.ts";

/** `node put-on-full-disk.ts MOUNT`: fills the small file system there, then makes it read-only; prints how two puts end. */
const [mount = ""] = process.argv.slice(2);
const store = createFileStore({ folder: mount, clock: storeClock() });

const put = async (id: string, value: string): Promise<string> => {
  try {
    await store.put("a", { versionId: id.repeat(40), value: new Secret(value), gate: () => undefined });
    return "stored";
  } catch (error) {
    const { code, outcome, message } = error as SecretStoreError;
    return `${code} ${outcome} ${message.replace(mount, "")}`;
  }
};

await store.ensure("a", {});
await put("1", "first");
try {
  writeFileSync(join(mount, "filler"), Buffer.alloc(200_000));
} catch {
  // It is full now, which was the aim.
}
const full = await put("2", "x".repeat(60_000));
const files = readdirSync(mount).sort();
execFileSync("mount", ["-o", "remount,ro", mount]);
const readOnly = await put("3", "third");
console.log(JSON.stringify({ full, files, readOnly, versions: await store.versions("a") }));
