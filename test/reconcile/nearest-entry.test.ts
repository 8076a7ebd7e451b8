import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../src/model/duration.ts";
import { API, actions, type PassWorld, POLICY, startPassWorld } from "../support/pass-world.ts";

const BROADER = `groups:
  - path: platform
    projects:
      tokens: [{ match: "*", overlap: 1h, existing: replace, existing_overlap: 1h }]
`;
const withSettings = (settings: string): string =>
  `${POLICY.replace("scopes: [read_registry] }", `scopes: [read_registry], ${settings} }`)}${BROADER}`;
const LEFT_ALONE = "report TargetFailed failed";

let world: PassWorld;
beforeEach(async () => {
  world = await startPassWorld();
});
afterEach(() => world.close());

/** The project's own entry cannot be read in the next pass. */
const failProject = (): void =>
  void world.gitlab.faults.add({
    match: { method: "GET", path: /projects\/platform%2Fapi$/ },
    times: 5,
    before: { respond: { status: 502, headers: {}, body: "bad gateway" } },
  });

describe("an entry that cannot be read", () => {
  it("does not hand its tokens to a broader entry's shorter overlap", async () => {
    world.policy = withSettings("overlap: 14d");
    await world.pass();
    const [first] = world.ids();
    world.wait(61 * DAY);
    await world.pass();
    world.wait(2 * HOUR);
    failProject();
    expect(actions(await world.pass())).toEqual([LEFT_ALONE, LEFT_ALONE]);
    expect(world.ids()).toContain(first);
  });

  it("does not when its project has moved either", async () => {
    world.policy = withSettings("overlap: 14d");
    await world.pass();
    const [first] = world.ids();
    world.wait(61 * DAY);
    await world.pass();
    world.wait(2 * HOUR);
    world.gitlab.world.moveProject("platform/api", "platform/api2");
    expect(actions(await world.pass())).toEqual([LEFT_ALONE, LEFT_ALONE]);
    const moved = { kind: "project", path: "platform/api2" } as const;
    expect(world.gitlab.world.deployTokens(moved).map(({ id }) => id)).toContain(first);
  });

  it("does not hand a token that it only reports to an entry that replaces", async () => {
    world.policy = withSettings("existing: report");
    const expiresAt = new Date(world.now() + 80 * DAY);
    const made = { name: "registry-pull", scopes: ["read_registry"], expiresAt };
    const { id } = world.gitlab.world.addDeployToken(API, made);
    expect(actions(await world.pass())).toEqual(["report Existing"]);
    for (let pass = 0; pass < 2; pass += 1) {
      failProject();
      expect(actions(await world.pass())).toEqual([LEFT_ALONE, LEFT_ALONE]);
      world.wait(2 * HOUR);
    }
    expect(world.ids()).toEqual([id]);
  });
});

it("runs nothing of a group that two entries name, nor of what is below it", async () => {
  const { id } = world.gitlab.world.addGroup({ path: "platform" });
  const entry = (group: string | number, overlap: string): string =>
    `  - path: ${group}\n    projects: { tokens: [{ name: a, scopes: [read_registry], overlap: ${overlap}, secret: "${overlap}/{path}" }] }\n`;
  const [head] = POLICY.split("projects:");
  world.policy = `${head}groups:\n${entry("platform", "1h")}${entry(id, "20d")}`;
  expect(actions(await world.pass())).toEqual(["report DuplicateTarget failed"]);
});
