import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileOf } from "../../src/store/file-name.ts";
import { actions, POLICY, SECRET } from "../support/pass-world.ts";
import { FILE_ERRORS, type FileError } from "./file-errors.ts";
import { FILE_CALLS, type FileCall, healSystem, watchStore } from "./file-faults.ts";
import { firstTime, play } from "./play.ts";
import { type Columns, FAULTLESS, row, startScene } from "./scene.ts";

const DONE = /^Apply complete/m;
const UNNOTED: Columns = ["rotate Renewing failed", "2", "2", "fulfilled", 1];
const RENEWAL_OPEN: Columns = ["rotate Renewing failed", "2", "2", "open", 1];
const OPEN: Columns = ["create Missing failed", "none", "empty", "open", 1];
const NO_SECRET: Columns = ["create Missing failed", "none", "no secret", "none", 1];
const UNKNOWN_PUT = { code: "ERR_PUT_UNKNOWN", says: /nobody knows whether the secret/ };
const STORED = { code: "", says: DONE };

type Kinds = readonly FileError["kind"][];
const WRITING: Kinds = ["unreadable", "unlisted", "unwritable"];

/** A call, what it meets, and what is left. */
const LEFT: readonly (readonly [FileCall, Kinds, Columns, Partial<FileError>?])[] = [
  ["list", ["unlisted"], ["", "2", "2", "fulfilled", 1]],
  ["list", ["unreadable"], ["report ObservationFailed failed", "2", "2", "fulfilled", 1]],
  ["describe", ["unreadable"], UNNOTED],
  ["ensure", [...WRITING, "unsure", "late"], NO_SECRET],
  ["describe after ensure", ["unreadable"], ["create Missing failed", "none", "empty", "none", 1]],
  ["record", [...WRITING, "unsure"], UNNOTED],
  ["record", ["late"], RENEWAL_OPEN],
  // The undo cannot be noted either.
  ["describe before the put", ["unreadable"], RENEWAL_OPEN],
  ["put", WRITING, OPEN],
  ["put", ["unsure"], ["create Missing failed", "2", "empty", "open", 1], UNKNOWN_PUT],
  ["put", ["late"], FAULTLESS.nothing, STORED],
  ["put of a renewal", WRITING, RENEWAL_OPEN],
  ["put of a renewal", ["unsure"], ["rotate Renewing failed", "2 3", "2", "open", 1], UNKNOWN_PUT],
  ["put of a renewal", ["late"], FAULTLESS.due, STORED],
  [
    "describe before a DELETE",
    ["unreadable"],
    ["delete Superseded failed, keep Healthy", "2 3", "3 after 2", "fulfilled", 1],
  ],
  ["versions", ["unreadable"], ["report ObservationFailed failed", "2", "empty", "open", 1]],
];

const seen = ([did, gitlab, store, record, exit]: Columns, { shown }: FileError): Columns =>
  shown === undefined ? [did, gitlab, store, record, exit] : [did, gitlab, shown, "none", exit];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rotator-file-faults-"));
});
afterEach(() => {
  healSystem();
  rmSync(root, { recursive: true, force: true });
});

interface Struck {
  readonly call: FileCall;
  readonly strike: (folder: string, file: string) => () => void;
  readonly columns: Columns;
  readonly says: RegExp;
  readonly code?: string;
  readonly putsRight?: boolean;
}

const playOnFiles = async ({ call, strike, ...rest }: Struck): Promise<void> => {
  const folder = join(root, "secrets");
  const { overlook, strikeAt } = watchStore();
  let heal: (() => void) | undefined;
  await play({
    start: FILE_CALLS[call].start,
    ways: { folder, overlook },
    spoil: () =>
      strikeAt(call, () => {
        heal = strike(folder, fileOf(folder, SECRET));
      }),
    ...rest,
    mend: () => {
      expect(heal, "the call that meets it").toBeDefined();
      heal?.();
    },
  });
};

describe.each(Object.keys(FILE_CALLS) as FileCall[])("the file store's %s meets", (call) => {
  const isFirst = firstTime();
  const rows = LEFT.filter(([at]) => at === call).flatMap(([, kinds, columns, instead]) =>
    FILE_ERRORS.filter(({ kind, onFile }) => kinds.includes(kind) && !(onFile && call === "ensure")).map(
      (error) => {
        const left = seen(columns, error);
        const putsRight = isFirst(`${error.kind} ${left}`);
        return { title: row(error.name, left), columns: left, putsRight, error: { ...error, ...instead } };
      },
    ),
  );
  it.each(rows)("$title", ({ columns, putsRight, error: { strike, code, says } }) =>
    playOnFiles({ call, strike, columns, says, code, putsRight }),
  );
});

describe.each(["record", "put of a renewal"] as const)("the file store's %s", (call) => {
  const lockedBy = (pid: number, folder: string): string => {
    const lock = join(folder, ".lock");
    symlinkSync([hostname(), pid, "another", "instance"].join("|"), lock);
    return lock;
  };

  it(row("waits while another process holds the lock", FAULTLESS.due), () =>
    playOnFiles({
      call,
      strike: (folder) => {
        // Process 1 is always there.
        const lock = lockedBy(1, folder);
        setTimeout(() => unlinkSync(lock), 100);
        return () => expect(existsSync(lock)).toBe(false);
      },
      columns: FAULTLESS.due,
      says: DONE,
    }),
  );

  it(row("takes the lock of a process that died over", FAULTLESS.due), () =>
    playOnFiles({
      call,
      strike: (folder) => {
        const lock = lockedBy(2_000_000_000, folder);
        return () => expect(existsSync(lock)).toBe(false);
      },
      columns: FAULTLESS.due,
      says: DONE,
    }),
  );
});

describe("a name too long for the file system", () => {
  const UNUSABLE: Columns = ["", "none", "no secret", "none", 1];
  it(row("of the folder: nothing is begun", UNUSABLE), () =>
    play({
      start: "nothing",
      ways: { folder: join(root, "x".repeat(300)) },
      spoil: () => undefined,
      columns: UNUSABLE,
      says: /ENAMETOOLONG/,
      code: "ERR_SECRET_UNAVAILABLE",
      putsRight: false,
    }),
  );

  it("of the secret: it is cut, and the secret found again", async () => {
    const world = await startScene("nothing", { folder: root });
    world.policy = POLICY.replace("[read_registry] }", `[read_registry], secret: ${"a/".repeat(250)}z }`);
    expect(actions(await world.pass())).toEqual(["create Missing done"]);
    expect(readdirSync(root).map((file) => file.length < 255)).toEqual([true]);
    expect(actions(await world.pass())).toEqual(["keep Healthy"]);
    await world.close();
  });
});

it("a folder that is gone is another folder: what is due is renewed, and its old token stays until it expires", async () => {
  const world = await startScene("due", { folder: root });
  rmSync(root, { recursive: true });
  expect(actions(await world.pass())).toEqual(["rotate Renewing done"]);
  expect(world.ids()).toEqual([1, 2, 3]);
  await world.close();
});
