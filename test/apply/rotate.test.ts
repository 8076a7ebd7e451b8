import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/model/duration.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../../src/model/names.ts";
import {
  actions,
  errorCodes,
  type PassWorld,
  POLICY,
  SECRET,
  startPassWorld,
} from "../support/pass-world.ts";

const LOGIN = { route: /jwt/ };
const LIST = { method: "GET", route: /deploy_tokens$/ };
const OTHERS_RECORD = "at=2026-01-01T00:00:00Z expires=2026-03-01T00:00:00Z";

let world: PassWorld;
beforeEach(async () => {
  world = await startPassWorld();
});
afterEach(() => world.close());

const posts = (): number => world.gitlab.log.filter(({ method }) => method === "POST").length;
const tag = (name: string): string | undefined => world.aws.world.secret(SECRET)?.tags[name];
/** Something happens while the new token is made, or while it is tried out. */
const meanwhile = (happen: () => void, when: "made" | "tried" = "made"): void =>
  world.gitlab.faults.add(
    when === "made"
      ? { match: { method: "POST" }, onArrival: happen }
      : {
          match: LOGIN,
          onArrival: () => {
            happen();
            // Longer than a look at the secret lasts.
            world.wait(SECOND);
          },
        },
  );
/** Time that goes by while Secrets Manager has the request. */
const passDuring = (operation: string, milliseconds: number): void =>
  void world.aws.faults.push({
    match: { operation },
    times: 1,
    get latencyMs() {
      world.wait(milliseconds);
      return 0;
    },
  });

describe("a rotation", () => {
  it("asks GitLab for nothing once its deadline has passed", async () => {
    passDuring("TagResource", 5 * MINUTE + 1);
    expect(errorCodes(await world.pass())).toEqual(["ERR_DEADLINE_PASSED"]);
    expect(posts()).toBe(0);
    expect(tag(ROTATION_TAG)).toMatch(/ undone$/);
    expect(actions(await world.pass())).toEqual(["create Missing done"]);
  });

  it("overwrites no record when the process stood still since it looked", async () => {
    const report = await world.pass({ onRandom: () => world.wait(5 * MINUTE + 1) });
    expect(errorCodes(report)).toEqual(["ERR_DEADLINE_PASSED"]);
    expect(tag(ROTATION_TAG)).toBeUndefined();
  });

  it("leaves a token alone whose put may still arrive, until the stray rule clears it", async () => {
    world.aws.faults.push({ match: { operation: "PutSecretValue" }, times: 1, before: "reset" });
    expect(errorCodes(await world.pass())).toEqual(["ERR_PUT_UNKNOWN"]);
    expect(world.ids()).toHaveLength(1);
    world.wait(21 * MINUTE);
    expect(actions(await world.pass())).toEqual(["delete Stray done", "create Missing done"]);
  });

  it("blames nobody for a secret that AWS does not show", async () => {
    const lagging = { match: { operation: "DescribeSecret" }, staleMs: MINUTE };
    world.aws.faults.push(lagging);
    const report = await world.pass();
    expect(errorCodes(report)).toEqual(["ERR_SECRET_NOT_FOUND"]);
    const [action] = report.lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.message).toMatch(/AWS does not show it yet; the next pass looks again$/);
    world.wait(MINUTE);
    expect(actions(await world.pass())).toEqual(["create Missing done"]);
  });

  it.each(["made", "tried"] as const)(
    "undoes its token when another was stored while it was %s",
    async (when) => {
      meanwhile(() => world.aws.world.putValue(SECRET, "theirs"), when);
      expect(actions(await world.pass())).toEqual(["create Missing skipped"]);
      expect(world.ids()).toEqual([]);
      expect(world.aws.currentValue(SECRET)).toBe("theirs");
    },
  );

  it.each(["made", "tried"] as const)(
    "undoes its token when the secret was given to another lineage while it was %s",
    async (when) => {
      meanwhile(() => world.aws.world.setTags(SECRET, { [LINEAGE_TAG]: "elsewhere projects/7 other" }), when);
      expect(actions(await world.pass())).toEqual(["create Missing failed"]);
      expect(world.ids()).toEqual([]);
      expect(world.aws.currentValue(SECRET)).toBeUndefined();
    },
  );

  it("undoes a token that GitLab says it made at another time", async () => {
    world.gitlab.faults.add({
      match: { method: "POST" },
      onArrival: () => {
        world.gitlab.faults.clockOffsetMs = 2 * HOUR;
      },
    });
    expect(errorCodes(await world.pass())).toEqual(["ERR_TOKEN_DIFFERS"]);
    expect(world.ids()).toEqual([]);
  });

  it("takes no secret that somebody made at the same moment", async () => {
    world.gitlab.faults.add(
      { match: LIST },
      { match: LIST, onArrival: () => world.aws.world.createSecret({ name: SECRET, value: "theirs" }) },
    );
    expect(errorCodes(await world.pass())).toEqual(["ERR_SECRET_INVALID"]);
    expect(posts()).toBe(0);
    expect(tag(ROTATION_TAG)).toBeUndefined();
  });

  it("leaves a secret alone that another process has made and begun to rotate since it was looked for", async () => {
    const lineage = `${new URL(world.gitlab.url).host} projects/1 registry-pull`;
    const tags = { [LINEAGE_TAG]: lineage, [ROTATION_TAG]: OTHERS_RECORD };
    world.gitlab.faults.add(
      { match: LIST },
      { match: LIST, onArrival: () => world.aws.world.createSecret({ name: SECRET, tags }) },
    );
    expect(errorCodes(await world.pass())).toEqual(["ERR_SECRET_INVALID"]);
    expect(posts()).toBe(0);
    expect(tag(ROTATION_TAG)).toBe(OTHERS_RECORD);
  });

  it("notes a refused request, so that the next pass need not wait", async () => {
    await world.close();
    world = await startPassWorld({ roles: { "platform/api": 40 } });
    world.gitlab.faults.add({
      match: { method: "POST" },
      respond: {
        status: 403,
        headers: { "content-type": "application/json" },
        body: '{"message":"403 Forbidden"}',
      },
    });
    expect(errorCodes(await world.pass())).toEqual(["ERR_GITLAB_FORBIDDEN"]);
    expect(tag(ROTATION_TAG)).toMatch(/ undone$/);
    expect(actions(await world.pass())).toEqual(["create Missing done"]);
  });

  it("leaves the record of another process alone as it undoes", async () => {
    world.gitlab.faults.replicaLag = { refusals: 100 };
    meanwhile(() => world.aws.world.setTags(SECRET, { [ROTATION_TAG]: OTHERS_RECORD }));
    expect(errorCodes(await world.pass())).toEqual(["ERR_TOKEN_REJECTED"]);
    expect(tag(ROTATION_TAG)).toBe(OTHERS_RECORD);
  });

  it("looks at the secret itself before it acts on a sweep that is old", async () => {
    await world.pass();
    world.wait(61 * DAY);
    await world.pass();
    world.wait(40 * MINUTE);
    world.aws.faults.push({ match: { operation: "ListSecrets" }, staleMs: 50 * MINUTE });
    const before = posts();
    await world.pass();
    expect(posts()).toBe(before);
  });
});

describe("a deletion", () => {
  beforeEach(async () => {
    await world.pass();
    world.wait(61 * DAY);
    await world.pass();
    world.wait(25 * HOUR);
  });

  it("is not sent when its describe is more than a minute old", async () => {
    world.gitlab.faults.add({ match: LIST }, { match: LIST, onArrival: () => world.wait(61 * SECOND) });
    expect(errorCodes(await world.pass())).toEqual(["ERR_DEADLINE_PASSED"]);
    expect(world.ids()).toHaveLength(2);
  });

  it("is not sent when somebody has moved AWSCURRENT back since the plan", async () => {
    const previous = Object.values(world.aws.world.secret(SECRET)?.versions ?? {}).find(({ labels }) =>
      [...labels].includes("AWSPREVIOUS"),
    );
    const report = await world.pass({
      onEvent: ({ kind }) => {
        if (kind === "observed") world.aws.world.moveLabel(SECRET, "AWSCURRENT", previous?.id ?? "");
      },
    });
    expect(actions(report)[0]).toBe("delete Superseded skipped");
    expect(world.ids()).toHaveLength(2);
  });
});

describe("a pass over several lineages", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const several = (limits: string): string =>
    `${POLICY.replace(/\{ name: .*? \}/, names.map((name) => `{ name: ${name}, scopes: [read_registry] }`).join(", "))}limits: { ${limits} }\n`;

  it("stops rotating after five failures in a row that each made a token", async () => {
    world.policy = several("concurrency: 1");
    world.aws.denied.add("PutSecretValue");
    const report = await world.pass();
    expect(actions(report).filter((action) => action === "create Missing failed")).toHaveLength(5);
    expect(actions(report).filter((action) => action === "create Halted skipped")).toHaveLength(2);
    expect(posts()).toBe(5);
  });

  it("creates no more tokens than limits.max_rotations, and the rest in the next pass", async () => {
    world.policy = several("max_rotations: 4");
    expect(actions(await world.pass()).filter((action) => action === "create Missing done")).toHaveLength(4);
    expect(actions(await world.pass()).filter((action) => action === "create Missing done")).toHaveLength(3);
  });
});
