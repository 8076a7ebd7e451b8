import { describe, expect, it } from "vitest";
import { API, type PassWorld } from "../support/pass-world.ts";
import { strikeGitLab } from "./calls.ts";
import { play } from "./play.ts";
import { type Columns, FAULTLESS, row, type Start } from "./scene.ts";

const DONE = /^Apply complete/m;
const REJECTED: Columns = ["rotate Renewing failed", "2", "2", "undone", 1];
const UNDONE: Columns = ["create Missing failed", "none", "empty", "undone", 1];

/** A token takes five tries to be called bad: the first, and one after each of four waits. */
const lag =
  (refusals: number) =>
  (world: PassWorld): void => {
    world.gitlab.faults.replicaLag = { refusals };
  };
const NEVER = lag(Number.POSITIVE_INFINITY);

type Row = readonly [string, Start, (world: PassWorld) => void, Columns, RegExp];

const LATE: readonly Row[] = [
  ["works at the second try", "nothing", lag(1), FAULTLESS.nothing, DONE],
  ["works at the fifth and last try", "due", lag(4), FAULTLESS.due, DONE],
  ["would work at the sixth", "due", lag(5), REJECTED, /new deploy token .* does not work/],
  ["never works", "nothing", NEVER, UNDONE, /container registry of project platform\/api refuses it/],
  ["never works, in a renewal", "due", NEVER, REJECTED, /set verify: off for this token/],
];

describe("a new token that", () => {
  it.each(LATE.map((each) => ({ title: row(each[0], each[3]), each })))(
    "$title",
    ({ each: [, start, spoil, columns, says] }) => play({ start, spoil, columns, says }),
  );
});

const others = (world: PassWorld, count: number): void => {
  for (let index = 0; index < count; index += 1)
    world.gitlab.world.addDeployToken(API, { name: `ci-${index}`, scopes: ["read_registry"] });
};

describe.each([101, 1_001])("a project with %i tokens of other names", (count) => {
  const lists = Math.ceil((count + 2) / 100);
  const asked = (world: PassWorld): number =>
    world.gitlab.log.filter(({ method, route }) => method === "GET" && /deploy_tokens$/.test(route)).length;

  const fresh = count + 2;
  it.each<readonly [Start, Columns]>([
    ["nothing", ["create Missing done", `${fresh}`, `${fresh}`, "fulfilled", 0]],
    ["due", ["rotate Renewing done", `2 ${fresh + 1}`, `${fresh + 1} after 2`, "fulfilled", 0]],
    ["superseded", FAULTLESS.superseded],
  ])(`is read to its last page twice and loses none of them (%s)`, async (start, columns) => {
    let world: PassWorld | undefined;
    let before = 0;
    await play({
      start,
      spoil: (scene) => {
        world = scene;
        others(scene, count);
        before = asked(scene);
      },
      columns,
      says: DONE,
      mend: (scene) => {
        expect(asked(scene) - before).toBe(2 * lists);
      },
    });
    expect(world?.gitlab.world.deletionHistory.filter(({ name }) => name !== "registry-pull")).toEqual([]);
  });

  it("is read again when somebody deletes one of them between two pages", async () => {
    let before = 0;
    await play({
      start: "superseded",
      spoil: (scene) => {
        others(scene, count);
        before = asked(scene);
        strikeGitLab(scene, "list again", { onArrival: () => scene.gitlab.world.deleteDeployToken(4) });
      },
      columns: FAULTLESS.superseded,
      says: DONE,
      mend: (scene) => {
        expect(asked(scene) - before).toBe(3 * lists);
      },
    });
  });
});
