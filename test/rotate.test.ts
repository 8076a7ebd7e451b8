import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../src/model/duration.ts";
import { RequestError } from "../src/model/errors.ts";
import { ROTATION_TAG } from "../src/model/names.ts";
import { parseTarget } from "../src/rotate-lineage.ts";
import {
  API,
  actions,
  errorCodes,
  type PassWorld,
  POLICY,
  SECRET,
  startPassWorld,
} from "./support/pass-world.ts";

const ALWAYS = Number.POSITIVE_INFINITY;

let world: PassWorld;
beforeEach(async () => {
  world = await startPassWorld();
});
afterEach(() => world.close());

/** The id that AWSCURRENT names. */
const current = (): number =>
  Number(/"password":"gldt-/.test(world.aws.currentValue(SECRET) ?? "") && world.ids().at(-1));

describe("rotate", () => {
  it("replaces a healthy token now, and leaves the old one its overlap", async () => {
    await world.pass();
    const [old] = world.ids();
    expect(actions(await world.rotate())).toEqual(["rotate Requested done"]);
    expect(world.ids()).toEqual([old, current()]);
    world.wait(25 * HOUR);
    expect(actions(await world.pass())).toEqual(["delete Superseded done", "keep Healthy"]);
  });

  it("creates a declared token that is missing", async () => {
    expect(actions(await world.rotate())).toEqual(["create Missing done"]);
  });

  it("does nothing while a rotation is in progress, and says so", async () => {
    world.gitlab.faults.add({ match: { method: "POST" }, after: "reset" });
    await world.pass();
    const report = await world.rotate();
    expect(actions(report)).toEqual(["report InProgress failed"]);
    expect(report.summary.failed).toBe(1);
  });

  it("changes nothing unless the person who is shown what would be done agrees", async () => {
    await world.pass();
    const shown: string[] = [];
    const report = await world.rotate({}, (planned) => {
      shown.push(...planned.actions.map(({ action, reason }) => `${action} ${reason}`));
      return Promise.resolve(false);
    });
    expect([shown, report.lineages, world.ids()]).toEqual([["rotate Requested"], [], [1]]);
  });

  it.each([
    ["a project that no entry covers", { idOrPath: "platform/web" }, /no target "platform\/web"/],
    [
      "a token that no entry covers",
      { token: "nope" },
      /no token "nope" of project platform\/api; it covers "registry-pull"/,
    ],
    ["a group of that path", { kind: "group" as const }, /no target/],
  ])("refuses %s", async (_, request, message) => {
    const refusal = world.rotate(request);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toBeInstanceOf(RequestError);
    expect(world.ids()).toEqual([]);
  });

  it("tells why when the target's entry cannot be read", async () => {
    world.policy = POLICY.replace("path: platform/api", "path: platform/nowhere");
    const report = await world.rotate({ idOrPath: "platform/nowhere" });
    expect(errorCodes(report)).toEqual(["ERR_GITLAB_NOT_FOUND"]);
  });

  it("makes no secret that another lineage comes to", async () => {
    const { targetId } = (await world.pass({ mode: "plan" })).lineages[0] ?? {};
    world.policy = `${POLICY.replace("[read_registry] }", '[read_registry], secret: "of-{id}" }')}groups:
  - path: platform
    tokens: [{ name: a, scopes: [read_registry], secret: of-${targetId} }]
`;
    await expect(world.rotate()).rejects.toThrow(`the secret of-${targetId} too`);
    expect(world.ids()).toEqual([]);
  });
});

describe("rotate --leaked", () => {
  const leaked = { leaked: true };

  it("deletes all that it supersedes at once, whatever the overlap, and nothing else", async () => {
    world.policy = POLICY.replace("[read_registry] }", "[read_registry], existing: replace }");
    const expiresAt = new Date(world.now() + 300 * DAY);
    const made = (name: string) =>
      world.gitlab.world.addDeployToken(API, { name, scopes: ["read_registry"], expiresAt });
    const [byHand, other] = [made("registry-pull"), made("somebody-elses")];
    await world.pass();
    await world.rotate();
    expect(world.ids()).toHaveLength(4);
    const report = await world.rotate(leaked);
    expect(actions(report)).toEqual([
      "rotate Leaked done",
      "delete Superseded done",
      "delete Superseded done",
      "delete Superseded done",
    ]);
    expect(world.ids()).not.toContain(byHand.id);
    expect(world.ids()).toEqual([other.id, world.ids().at(-1)]);
  });

  it("leaves the deletion to the next pass when it fails, and exits as failed", async () => {
    await world.pass();
    world.gitlab.faults.add({
      match: { method: "DELETE" },
      times: ALWAYS,
      before: { respond: { status: 403, body: "{}" } },
    });
    const report = await world.rotate(leaked);
    expect(actions(report)).toEqual(["rotate Leaked done", "delete Superseded failed"]);
    world.gitlab.faults.clear();
    expect(actions(await world.pass())).toEqual(["delete Superseded done", "keep Healthy"]);
    expect(world.ids()).toHaveLength(1);
  });

  it("is finished by the next pass when it died between its record and its token", async () => {
    await world.pass();
    world.wait(HOUR);
    world.gitlab.faults.add({ match: { method: "POST" }, after: "reset" });
    expect(actions(await world.rotate(leaked))).toEqual(["rotate Leaked failed"]);
    expect(world.aws.world.secret(SECRET)?.tags[ROTATION_TAG]).toContain(" leaked");
    expect(world.ids()).toHaveLength(2);
    world.wait(21 * MINUTE);
    expect(actions(await world.pass())).toEqual([
      "delete Stray done",
      "rotate Leaked done",
      "delete Superseded done",
    ]);
    expect(world.ids()).toHaveLength(1);
    expect(actions(await world.pass())).toEqual(["keep Healthy"]);
  });

  it("says that the leaked token lives on while the store does not show the new one, and the next pass deletes it", async () => {
    await world.pass();
    const [old] = world.ids();
    world.wait(HOUR);
    world.gitlab.faults.add({
      match: { path: /jwt\/auth/ },
      onArrival: () =>
        void world.aws.faults.push({
          match: { operation: "DescribeSecret" },
          times: 5,
          staleMs: 30 * MINUTE,
        }),
    });
    const report = await world.rotate(leaked);
    expect(actions(report)[0]).toBe("rotate Leaked done");
    expect(report.summary.failed).toBeGreaterThan(0);
    expect(world.ids()).toContain(old);
    world.aws.faults.splice(0);
    expect(actions(await world.pass())).toEqual(["delete Superseded done", "keep Healthy"]);
  });
});

it.each([
  ["platform/api", { kind: undefined, idOrPath: "platform/api" }],
  ["42", { kind: undefined, idOrPath: 42 }],
  ["group:7", { kind: "group", idOrPath: 7 }],
  ["project:a/b", { kind: "project", idOrPath: "a/b" }],
])("reads the target %s", (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});
