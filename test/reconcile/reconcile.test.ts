import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/model/duration.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../../src/model/names.ts";
import { API, actions, type PassWorld, POLICY, SECRET, startPassWorld } from "../support/pass-world.ts";

const POST = { method: "POST", route: /deploy_tokens$/ };

let world: PassWorld;
beforeEach(async () => {
  world = await startPassWorld();
});
afterEach(() => world.close());

describe("a pass", () => {
  it("creates a missing token, stores it, and then has nothing to do", async () => {
    const created = await world.pass();
    expect(actions(created)).toEqual(["create Missing done"]);
    const [action] = created.lineages.flatMap((lineage) => lineage.actions);
    expect(action!.expiresAt!.getTime() - action!.renewsAt!.getTime()).toBe(30 * DAY);
    expect(world.aws.currentValue(SECRET)).toContain('"password":"gldt-');
    const writes = world.aws.log.length;
    expect(actions(await world.pass())).toEqual(["keep Healthy"]);
    expect(world.aws.log.length - writes).toBe(1);
    expect(world.aws.log.map(({ operation }) => operation)).not.toContain("GetSecretValue");
  });

  it("only reads when it plans", async () => {
    expect(actions(await world.pass({ mode: "plan" }))).toEqual(["create Missing"]);
    expect(world.ids()).toEqual([]);
    expect(world.gitlab.log.every(({ method }) => method === "GET")).toBe(true);
  });

  it("renews a token and deletes the old one only when the overlap has passed", async () => {
    await world.pass();
    const [first] = world.ids();
    world.wait(61 * DAY);
    expect(actions(await world.pass())).toEqual(["rotate Renewing done"]);
    world.wait(23 * HOUR);
    await world.pass();
    expect(world.ids()).toContain(first);
    world.wait(2 * HOUR);
    expect(actions(await world.pass())).toEqual(["delete Superseded done", "keep Healthy"]);
    expect(world.ids()).not.toContain(first);
    expect(world.ids()).toHaveLength(1);
  });

  it("leaves a token made by hand until it has expired", async () => {
    const made = {
      name: "registry-pull",
      scopes: ["read_registry"],
      expiresAt: new Date(world.now() + 5 * DAY),
    };
    const { id } = world.gitlab.world.addDeployToken(API, made);
    expect(actions(await world.pass())).toEqual(["rotate Renewing done"]);
    world.wait(4 * DAY);
    await world.pass();
    expect(world.ids()).toContain(id);
    world.wait(2 * DAY);
    expect(actions(await world.pass())).toContain("delete Superseded done");
    expect(world.ids()).not.toContain(id);
  });

  it("deletes the stray of a lost answer once stray_after has passed, and nothing else", async () => {
    const bystander = world.gitlab.world.addDeployToken(API, { name: "other", scopes: ["read_registry"] });
    world.gitlab.faults.add({ match: POST, after: "reset" });
    expect(actions(await world.pass())).toEqual(["create Missing failed"]);
    expect(world.ids()).toHaveLength(2);
    world.wait(10 * MINUTE);
    expect(actions(await world.pass())).toEqual(["report InProgress"]);
    world.wait(11 * MINUTE);
    expect(actions(await world.pass())).toEqual(["delete Stray done", "create Missing done"]);
    expect(world.ids()).toHaveLength(2);
    expect(world.ids()).toContain(bystander.id);
  });

  it("undoes a token whose put was refused, and need not wait to try again", async () => {
    world.aws.denied.add("PutSecretValue");
    const [action] = (await world.pass()).lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.code).toBe("ERR_SECRET_ACCESS_DENIED");
    expect(world.ids()).toEqual([]);
    world.aws.denied.clear();
    expect(actions(await world.pass())).toEqual(["create Missing done"]);
  });

  it("never undoes a token whose put may have been taken", async () => {
    world.aws.faults.push({ match: { operation: "PutSecretValue" }, times: 1, after: "reset" });
    expect(actions(await world.pass())).toEqual(["create Missing done"]);
    expect(world.ids()).toHaveLength(1);
  });

  it("undoes a token that does not log in", async () => {
    world.gitlab.faults.replicaLag = { refusals: 100 };
    const [action] = (await world.pass()).lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.code).toBe("ERR_TOKEN_REJECTED");
    expect(world.ids()).toEqual([]);
  });

  it("stores nothing past the deadline", async () => {
    world.gitlab.faults.add({
      match: { route: /jwt/ },
      onArrival: () => {
        world.wait(6 * MINUTE);
      },
    });
    const [action] = (await world.pass()).lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.code).toBe("ERR_DEADLINE_PASSED");
    expect(world.ids()).toEqual([]);
    expect(world.aws.currentValue(SECRET)).toBeUndefined();
  });

  it("lets one target's failure stop no other", async () => {
    world.policy = `${POLICY}  - path: platform/nowhere
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
    const report = await world.pass();
    expect(actions(report)).toEqual(["create Missing done", "report TargetFailed failed"]);
    expect(report.summary.failed).toBe(1);
  });

  it("lets one lineage's failure stop no other of the same target", async () => {
    world.policy = POLICY.replace(
      "tokens: [",
      "tokens: [{ name: broken, scopes: [read_registry], secret: broken }, ",
    );
    world.aws.faults.push({
      match: { operation: "DescribeSecret", secretId: "broken" },
      before: { error: "AccessDeniedException" },
    });
    const report = await world.pass();
    expect(report.lineages.map(({ token }) => token)).toEqual(["broken", "registry-pull"]);
    expect(actions(report)).toEqual(["report ObservationFailed failed", "create Missing done"]);
    expect(report.summary).toMatchObject({ lineages: 2, create: 1, failed: 1 });
  });

  it("runs neither of two lineages that come to one secret, and fails", async () => {
    const { id } = world.gitlab.world.addProject({ path: "platform/late" });
    world.policy = `${POLICY.replace("scopes: [read_registry] }", "scopes: [read_registry], secret: shared/platform/late }")}  - path: ${id}
    tokens: [{ name: registry-pull, scopes: [read_registry], secret: "shared/{path}" }]
`;
    const report = await world.pass();
    expect(actions(report)).toEqual([
      "report SecretNameCollision failed",
      "report SecretNameCollision failed",
    ]);
    expect(report.summary.failed).toBe(2);
    expect(world.gitlab.log.every(({ method }) => method === "GET")).toBe(true);
  });

  it("tells that ListSecrets is denied while it goes on, and still renews what a glob found and has expired", async () => {
    world.policy = POLICY.replace("name: registry-pull, scopes: [read_registry]", 'match: "ci-*"');
    const made = { name: "ci-a", scopes: ["read_registry"], expiresAt: new Date(world.now() + DAY) };
    world.gitlab.world.addDeployToken(API, made);
    world.gitlab.world.addDeployToken(API, {
      ...made,
      name: "ci-long-dead",
      expiresAt: new Date(world.now() - DAY),
    });
    await world.pass();
    world.wait(91 * DAY);
    world.aws.denied.add("ListSecrets");
    const warnings: string[] = [];
    const report = await world.pass({
      onEvent: (event) => {
        if (event.kind === "warning") warnings.push(event.message);
      },
    });
    expect(report.lineages.map(({ token }) => token)).toEqual(["ci-a"]);
    expect(actions(report)).toContain("rotate Expired done");
    expect(warnings).toEqual(report.warnings);
    expect(warnings[0]).toContain("ListSecrets");
  });

  it("puts stripped tags back, but not over a tag that appeared meanwhile", async () => {
    await world.pass();
    world.aws.world.removeTags(SECRET, [LINEAGE_TAG, ROTATION_TAG]);
    expect(actions(await world.pass())).toEqual(["keep Healthy", "report TagsRestored"]);
    expect(world.aws.world.secret(SECRET)?.tags[LINEAGE_TAG]).toMatch(/ projects\/\d+ registry-pull$/);

    world.aws.world.removeTags(SECRET, [LINEAGE_TAG, ROTATION_TAG]);
    await world.pass({
      onEvent: (event) => {
        if (event.kind === "observed")
          world.aws.world.setTags(SECRET, { [LINEAGE_TAG]: "elsewhere projects/7 other" });
      },
    });
    expect(world.aws.world.secret(SECRET)?.tags[LINEAGE_TAG]).toBe("elsewhere projects/7 other");
  });

  it("begins nothing while the clocks disagree", async () => {
    world.gitlab.faults.clockOffsetMs = 2 * HOUR;
    const report = await world.pass();
    expect(actions(report)).toEqual(["report ClockSkew failed"]);
    expect(report.summary.failed).toBe(1);
    expect(world.ids()).toEqual([]);
  });

  it("does not touch a secret that somebody else filled", async () => {
    world.aws.world.createSecret({ name: SECRET, value: "theirs" });
    expect(actions(await world.pass())).toEqual(["report ForeignSecret failed"]);
    expect(world.aws.currentValue(SECRET)).toBe("theirs");
    expect(world.ids()).toEqual([]);
  });

  it("reports several tokens of one name rather than guess", async () => {
    for (const days of [200, 300])
      world.gitlab.world.addDeployToken(API, {
        name: "registry-pull",
        scopes: ["read_registry"],
        expiresAt: new Date(world.now() + days * DAY),
      });
    expect(actions(await world.pass())).toEqual(["report Ambiguous"]);
    expect(world.ids()).toHaveLength(2);
  });
});
