import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LINEAGE_TAG, ROTATION_TAG } from "../../src/model/names.ts";
import type { SecretStore } from "../../src/model/ports.ts";
import { createFileStore } from "../../src/store/file.ts";
import { fileOf } from "../../src/store/file-name.ts";
import { failureOf, putting, versionId } from "./contract.ts";
import { storeClock, T0 } from "./store-clock.ts";

const NAME = "gitlab/project/platform/api/registry-pull";
const VALUE = '{"username":"puller","password":"gldt-abcdefghij0123456789"}';
const TAGS = { [LINEAGE_TAG]: "gitlab.example.com projects/42 registry-pull" };

describe("a folder of secrets", () => {
  let parent: string;
  let folder: string;
  let store: SecretStore;
  let file: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "rotator-file-"));
    folder = join(parent, "deep", "secrets");
    store = createFileStore({ folder, clock: storeClock() });
    file = fileOf(folder, NAME);
  });
  afterEach(() => rm(parent, { recursive: true }));

  const fill = async (): Promise<void> => {
    await store.ensure(NAME, TAGS);
    await store.put(NAME, putting(1, VALUE));
  };
  const list = async (): Promise<number> => {
    let count = 0;
    for await (const _ of store.list()) count += 1;
    return count;
  };
  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
  const describing = () => failureOf(store.describe(NAME));

  test("is made when something is written, open to nobody else", async () => {
    expect(await store.describe(NAME)).toBeUndefined();
    expect(await list()).toBe(0);
    await expect(stat(folder)).rejects.toThrow("ENOENT");
    const umask = process.platform === "win32" ? 0 : process.umask(0);
    await fill();
    process.umask(umask);
    expect([await modeOf(folder), await modeOf(file)]).toEqual(["700", "600"]);
    expect(await readdir(folder)).toEqual(["gitlab%2fproject%2fplatform%2fapi%2fregistry-pull.json"]);
  });

  test.each(["740", "704", "770", "755", "701"])(
    "is refused when others can open it (mode %s)",
    async (mode) => {
      await fill();
      await chmod(folder, Number.parseInt(mode, 8));
      const attempts = [
        () => store.describe(NAME),
        () => store.ensure(NAME, TAGS),
        () => store.versions(NAME),
        () => store.record(NAME, TAGS),
        () => store.put(NAME, putting(2, "x")),
        () => list(),
      ];
      for (const attempt of attempts) {
        const error = await failureOf(attempt());
        expect(error).toMatchObject({ code: "ERR_SECRET_ACCESS_DENIED", outcome: "refused" });
        expect(error.message).toBe(
          `${folder} is open to other users (mode ${mode}). Run: chmod 700 '${folder}'`,
        );
      }
    },
  );

  test.skipIf(process.getuid?.() !== 0)("is refused when it belongs to somebody else", async () => {
    await fill();
    execFileSync("chown", ["65534", folder]);
    const error = await describing();
    expect(error).toMatchObject({ code: "ERR_SECRET_ACCESS_DENIED" });
    expect(error.message).toContain("belongs to user 65534, and this process is user 0. Run: chown 0");
  });

  test("is not taken for missing when it cannot be looked at", async () => {
    await writeFile(join(parent, "deep"), "");
    for (const attempt of [describing(), failureOf(store.ensure(NAME, TAGS)), failureOf(list())]) {
      const error = await attempt;
      expect(error).toMatchObject({ code: "ERR_SECRET_INVALID", outcome: "refused" });
      expect(error.message).toContain("ENOTDIR. Part of store.path is not a folder");
    }
  });

  test.runIf(process.platform === "linux")("is refused where none can be made", async () => {
    const nowhere = createFileStore({ folder: "/sys/rotator", clock: storeClock() });
    const error = await failureOf(nowhere.ensure(NAME, TAGS));
    expect(error).toMatchObject({ code: "ERR_SECRET_ACCESS_DENIED", outcome: "refused", step: "ensure" });
  });

  test("is refused when it is a file", async () => {
    await mkdir(dirname(folder), { recursive: true });
    await writeFile(folder, "");
    expect(await describing()).toMatchObject({ code: "ERR_SECRET_INVALID" });
    expect(await failureOf(store.ensure(NAME, TAGS))).toMatchObject({ code: "ERR_SECRET_INVALID" });
  });

  test("gives a consumer its credential with the command that the documentation names", async () => {
    await fill();
    const script = /node -p '(.+)' < FILE/.exec(await readFile("src/store/file.ts", "utf8"))?.[1] ?? "";
    const input = await readFile(file);
    expect(execFileSync(process.execPath, ["-p", script], { input }).toString().trim()).toBe(VALUE);
  });

  test("keeps no value without a label, but the ids of a hundred such versions", async () => {
    await store.ensure(NAME, TAGS);
    for (let id = 1; id <= 110; id += 1) await store.put(NAME, putting(id, `value-of-${id}-`));
    const text = await readFile(file, "utf8");
    expect(text.match(/value-of-\d+-/g)).toEqual(["value-of-110-", "value-of-109-"]);
    const ids = await store.versions(NAME);
    expect(ids).toHaveLength(102);
    expect(ids).toContain(versionId(9));
    expect(ids).not.toContain(versionId(8));
  });

  test("says when a secret last changed", async () => {
    const clock = storeClock();
    const other = createFileStore({ folder, clock });
    await other.ensure(NAME, TAGS);
    expect((await other.describe(NAME))?.lastChangedAt).toEqual(T0);
    clock.advance(1000);
    await other.record(NAME, { a: "b" });
    expect((await other.describe(NAME))?.lastChangedAt).toEqual(new Date(T0.getTime() + 1000));
  });

  test("lists the other secrets beside a damaged file and a copy, and names both at the end", async () => {
    await fill();
    await store.ensure("another", TAGS);
    await writeFile(join(folder, "torn.json"), '{"name":');
    await copyFile(file, join(folder, "copy.json"));
    const names: string[] = [];
    const walk = async (): Promise<void> => {
      for await (const { name } of store.list()) names.push(name);
    };
    const error = await failureOf(walk());
    expect(names.sort()).toEqual(["another", NAME].sort());
    expect(error.message).toMatch(/copy\.json holds the secret .*torn\.json is damaged/s);
  });

  test.each([
    "cut in half",
    "emptied",
    "of another shape",
    "of a later format",
    "with a time that is none",
    "with a field too many",
    "with a version's field too many",
    "with one label twice",
    "with one id twice",
  ])("takes a file that is %s for damaged, never for missing, and tells nothing of it", async (how) => {
    await fill();
    await store.put(NAME, putting(2, `${VALUE} `));
    const text = await readFile(file, "utf8");
    const damaged = {
      "cut in half": text.slice(0, text.indexOf("0123456789")),
      emptied: "",
      "of another shape": text.replace('"format"', '"gldt-abcdefghij0123456789"'),
      "of a later format": text.replace("rotator/1", "rotator/2"),
      "with a time that is none": text.replace(/("createdAt": ")[^"]+/, "$1yesterday"),
      "with a field too many": text.replace("{", '{ "more": 1,'),
      "with a version's field too many": text.replace('"id"', '"more": 1, "id"'),
      "with one id twice": text.replace(versionId(1), versionId(2)),
      "with one label twice": text.replace("AWSPREVIOUS", "AWSCURRENT"),
    }[how];
    await writeFile(file, damaged as string);
    const attempts = [
      () => store.describe(NAME),
      () => store.ensure(NAME, TAGS),
      () => store.versions(NAME),
      () => store.record(NAME, TAGS),
      () => store.put(NAME, putting(3, "x")),
    ];
    for (const attempt of attempts) {
      const error = await failureOf(attempt());
      expect(error).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE", outcome: "refused" });
      expect(error.message).toContain(`${file} is damaged`);
      expect(error.message).toContain("Restore it from a backup");
      expect(`${error.stack} ${error.cause}`).not.toContain("gldt-");
    }
    const listing = await failureOf(list());
    expect(listing).toMatchObject({ code: "ERR_SECRET_INVALID", outcome: "refused" });
    expect(listing.message).toContain(`${file} is damaged`);
    expect(listing.message).not.toContain("gldt-");
    expect(await readFile(file, "utf8")).toBe(damaged);
  });

  test("follows no symbolic link in place of a file", async () => {
    await fill();
    const elsewhere = join(parent, "elsewhere.json");
    await rename(file, elsewhere);
    await symlink(elsewhere, file);
    const before = await readFile(elsewhere, "utf8");
    expect(await describing()).toMatchObject({ code: "ERR_SECRET_INVALID", step: "describe" });
    expect(await failureOf(store.put(NAME, putting(2, "x")))).toMatchObject({ outcome: "refused" });
    expect(await readFile(elsewhere, "utf8")).toBe(before);
  });

  test("refuses a folder and a pipe in place of a file", async () => {
    await fill();
    await rm(file);
    await mkdir(file);
    expect(await describing()).toMatchObject({ code: "ERR_SECRET_INVALID" });
    await rm(file, { recursive: true });
    execFileSync("mkfifo", [file]);
    expect(await describing()).toMatchObject({ code: "ERR_SECRET_INVALID" });
  });

  test("refuses a file that holds another secret", async () => {
    await fill();
    await copyFile(file, fileOf(folder, "copy"));
    const error = await failureOf(store.describe("copy"));
    expect(error).toMatchObject({ code: "ERR_SECRET_INVALID" });
    expect(error.message).toContain(`holds the secret ${NAME}`);
  });

  test("asks the gate when everything but the name is written, and leaves nothing behind", async () => {
    await fill();
    const before = await readFile(file, "utf8");
    let seen: readonly string[] = [];
    const reason = new Error("past the deadline");
    const gate = () => {
      seen = execFileSync("ls", ["-A", folder]).toString().split("\n");
      throw reason;
    };
    expect(await failureOf(store.put(NAME, { ...putting(2, "second"), gate }))).toBe(reason);
    expect(seen.filter((each) => each.startsWith(".writing-"))).toHaveLength(1);
    expect(await readFile(file, "utf8")).toBe(before);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test("writes nothing where nothing changes", async () => {
    await fill();
    const { ino } = await stat(file);
    await fill();
    expect((await stat(file)).ino).toBe(ino);
  });

  /** What there is in the folder at each moment at which something is put on the disk for good. */
  const atEachSync = async (look: () => void | Promise<void>): Promise<() => void> => {
    const handle = await open(parent);
    const proto = Object.getPrototypeOf(handle) as { sync: () => Promise<void> };
    await handle.close();
    const { sync } = proto;
    proto.sync = async function (this: unknown) {
      await sync.call(this);
      await look();
    };
    return () => {
      proto.sync = sync;
    };
  };

  test("is on the disk before a file takes its name, and after, with the folder that it is in", async () => {
    const seen: (readonly string[])[] = [];
    const restore = await atEachSync(() => {
      seen.push(readdirSync(folder).map((each) => each.replace(/-.*/, "")));
    });
    await store.ensure("a", TAGS);
    restore();
    expect(seen).toEqual([[], [".lock", ".writing"], [".lock", "a.json"]]);
  });

  test("is left alone by a process that has lost its lock before it could finish", async () => {
    await fill();
    const before = await readFile(file, "utf8");
    const lock = join(folder, ".lock");
    const restore = await atEachSync(async () => {
      await rm(lock);
      await symlink("another-host|1|an-instance|a-lock", lock);
    });
    const error = await failureOf(store.put(NAME, putting(2, "second")));
    restore();
    expect(error).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE", outcome: "refused" });
    expect(error.message).toContain("another process took the lock over");
    expect(await readFile(file, "utf8")).toBe(before);
  });

  test("tells a rename that cannot have begun from one that may have been carried out", async () => {
    await fill();
    const blocked = (): void => {
      rmSync(file);
      mkdirSync(file);
    };
    const refused = await failureOf(store.put(NAME, { ...putting(2, "second"), gate: blocked }));
    expect(refused).toMatchObject({ outcome: "refused" });
    await rm(file, { recursive: true });
    await fill();
    const astray = (): void => {
      renameSync(folder, join(parent, "elsewhere"));
      symlinkSync(folder, folder);
    };
    const error = await failureOf(store.put(NAME, { ...putting(2, "second"), gate: astray }));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain("ELOOP");
  });

  test("clears away the half-written file of a process that was killed", async () => {
    await fill();
    await writeFile(join(folder, ".writing-left"), VALUE);
    await store.record(NAME, { a: "b" });
    expect(await readdir(folder)).toHaveLength(1);
  });

  test("never overwrites a record that another process has written since the look", async () => {
    await store.ensure(NAME, TAGS);
    const [first, second] = ["at=1", "at=2"].map((text) => ({ [ROTATION_TAG]: text }));
    await store.record(NAME, first ?? {}, { over: undefined });
    const error = await failureOf(store.record(NAME, second ?? {}, { over: undefined }));
    expect(error).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE", step: "record", outcome: "refused" });
    expect(error.message).toContain(`Another process has begun to rotate ${NAME}`);
    expect((await store.describe(NAME))?.tags).toMatchObject(first ?? {});
    await store.record(NAME, second ?? {}, { over: "at=1" });
    expect((await store.describe(NAME))?.tags).toMatchObject(second ?? {});
  });

  test("loses no version when several processes put at once", async () => {
    await store.ensure(NAME, TAGS);
    const script = fileURLToPath(new URL("./put-many.ts", import.meta.url));
    const processes = ["100", "200", "300"].map((first) =>
      spawn(process.execPath, [script, folder, NAME, first], { stdio: "inherit" }),
    );
    const exits = await Promise.all(processes.map((each) => once(each, "exit")));
    expect(exits.map(([code]) => code)).toEqual([0, 0, 0]);
    expect(new Set(await store.versions(NAME)).size).toBe(30);
    expect(await readdir(folder)).toHaveLength(1);
  });
});

test("takes a full disk and a read-only one as refused, and keeps what was there", async ({ skip }) => {
  const mount = await mkdtemp(join(tmpdir(), "rotator-full-"));
  const script = fileURLToPath(new URL("./put-on-full-disk.ts", import.meta.url));
  // A mount in a name space of its own is gone with the process, whatever becomes of it.
  const commands = `mount -t tmpfs -o size=128k,mode=700 tmpfs '${mount}' || exit 77; exec '${process.execPath}' '${script}' '${mount}'`;
  const run = spawnSync("unshare", ["--mount", "sh", "-c", commands], { encoding: "utf8" });
  await rm(mount, { recursive: true });
  if (run.error !== undefined || run.status === 77 || run.stderr.startsWith("unshare:"))
    skip(`no mount name spaces here: ${run.stderr}`);
  expect(JSON.parse(run.stdout)).toEqual({
    full: "ERR_SECRET_UNAVAILABLE refused /a.json: ENOSPC. The disk is full: make room.",
    files: ["a.json", "filler"],
    readOnly: expect.stringMatching(
      /^ERR_SECRET_ACCESS_DENIED refused .*EROFS\. The file system is read-only/,
    ),
    versions: ["1".repeat(40)],
  });
});
