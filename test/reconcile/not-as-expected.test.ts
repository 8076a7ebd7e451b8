import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/model/duration.ts";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import {
  API,
  actions,
  errorCodes,
  type PassWorld,
  POLICY,
  SECRET,
  startPassWorld,
} from "../support/pass-world.ts";

const ALWAYS = Number.POSITIVE_INFINITY;
const JSON_TYPE = { "Content-Type": "application/json" };

let world: PassWorld;
beforeEach(async () => {
  world = await startPassWorld();
});
afterEach(() => world.close());

const withSettings = (settings: string): string =>
  POLICY.replace("scopes: [read_registry] }", `scopes: [read_registry], ${settings} }`);

describe("reads of the store that are minutes old", () => {
  it.each([2, 4.9])("never cost the token that was stored since (%d minutes)", async (age) => {
    await world.pass();
    world.wait(61 * DAY);
    await world.pass();
    const [, second] = world.ids();
    world.wait((age - 0.5) * MINUTE);
    for (const operation of ["DescribeSecret", "ListSecrets"] as const)
      world.aws.faults.push({ match: { operation }, staleMs: age * MINUTE });
    expect(actions(await world.pass())).toContain("report InProgress");
    expect(world.ids()).toEqual([1, second]);
  });
});

describe("another hand on the secret", () => {
  it("gets its value replaced when the token is due, not in every pass", async () => {
    world.policy = withSettings("adopt_secret: true");
    await world.pass();
    for (let day = 0; day < 5; day += 1) {
      world.aws.world.putValue(SECRET, `terraform's, day ${day}`);
      world.wait(DAY + HOUR);
      expect(actions(await world.pass())).toEqual(["keep Healthy", "report ForeignSecret"]);
    }
    expect(world.ids()).toHaveLength(1);
    world.wait(60 * DAY);
    expect(actions(await world.pass())).toContain("rotate Renewing done");
  });

  it("gets a new token into the new secret at once when the old one is given up", async () => {
    await world.pass();
    world.policy = withSettings("secret: prod/new");
    expect(actions(await world.pass())).toEqual(["keep Healthy", "report SecretRenamed"]);
    world.aws.world.scheduleDeletion(SECRET);
    world.wait(21 * MINUTE);
    world.wait(DAY);
    expect(actions(await world.pass())).toEqual(["rotate SecretMoved done"]);
    expect(world.aws.currentValue("prod/new")).toContain("gldt-");
    world.wait(3 * DAY);
    await world.pass();
    expect(world.ids()).toHaveLength(2);
  });

  it("moves without a gap as the report says: the old value works until it expires", async () => {
    await world.pass();
    world.policy = withSettings("secret: prod/new, existing: replace");
    world.wait(DAY);
    const report = await world.pass();
    const renamed = report.lineages.flatMap((lineage) => lineage.actions).at(-1);
    expect(renamed?.message).toContain(`remove the tag ${LINEAGE_TAG} from ${SECRET}`);
    world.aws.world.removeTags(SECRET, [LINEAGE_TAG]);
    expect(actions(await world.pass())).toEqual(["rotate ExistingReplaced done"]);
    world.wait(30 * DAY);
    await world.pass();
    expect(world.ids()).toHaveLength(2);
    world.wait(40 * DAY);
    await world.pass();
    world.wait(20 * DAY);
    await world.pass();
    expect(world.ids()).not.toContain(1);
  });
});

describe("GitLab and what stands before it", () => {
  it("may answer a creation with an older token, which is neither stored nor deleted", async () => {
    await world.pass();
    const [current] = world.gitlab.world.deployTokens(API);
    world.wait(61 * DAY);
    const body = JSON.stringify({
      id: current?.id,
      name: current?.name,
      username: current?.username,
      expires_at: current?.expiresAt?.toISOString(),
      scopes: current?.scopes,
      revoked: false,
      expired: false,
      token: current?.token,
    });
    world.gitlab.faults.add({
      match: { method: "POST", route: /deploy_tokens$/ },
      before: { respond: { status: 201, headers: JSON_TYPE, body } },
    });
    const stored = world.aws.currentValue(SECRET);
    expect(errorCodes(await world.pass())).toEqual(["ERR_TOKEN_DIFFERS"]);
    expect(world.ids()).toEqual([current?.id]);
    expect(world.aws.currentValue(SECRET)).toBe(stored);
  });

  it("may refuse to delete what does not log in: after three such tokens no other is made", async () => {
    const respond = (status: number) => ({ respond: { status, headers: JSON_TYPE, body: "{}" } });
    world.gitlab.faults.add({ match: { method: "DELETE" }, times: ALWAYS, before: respond(403) });
    world.gitlab.faults.add({ match: { path: /jwt\/auth/ }, times: ALWAYS, before: respond(401) });
    let last: string[] = [];
    for (let pass = 0; pass < 8; pass += 1) {
      const report = await world.pass();
      last = actions(report).slice(-1);
      expect(report.summary.failed).toBeGreaterThan(0);
      world.wait(30 * MINUTE);
    }
    expect(last).toEqual(["report Halted failed"]);
    expect(world.ids()).toHaveLength(3);
    world.gitlab.faults.clear();
    await world.pass();
    expect(actions(await world.pass())).toContain("create Missing done");
    expect(world.ids()).toHaveLength(1);
  });

  it("may leave the Date header out, of which a pass warns", async () => {
    world.gitlab.faults.noDate = true;
    const report = await world.pass();
    expect(actions(report)).toEqual(["create Missing done"]);
    expect(report.warnings).toEqual([expect.stringContaining("Date header")]);
  });
});

it("goes on with a lineage that has its secret when a newcomer comes to the same name", async () => {
  world.gitlab.world.addGroup({ path: "platform/sub" });
  const [head] = POLICY.split("projects:");
  world.policy = `${head}groups:
  - path: platform
    tokens: [{ match: "*", existing: replace }]
  - path: platform/sub
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
  expect(actions(await world.pass())).toEqual(["create Missing done"]);
  world.gitlab.world.addDeployToken(
    { kind: "group", path: "platform" },
    {
      name: "sub/registry-pull",
      scopes: ["read_registry"],
      expiresAt: new Date(world.now() + 400 * DAY),
    },
  );
  world.wait(61 * DAY);
  expect(actions(await world.pass())).toEqual(["report ForeignSecret failed", "rotate Renewing done"]);
});
