import { describe, expect, test } from "vitest";
import type { FleetLook } from "../../src/model/fleet.ts";
import { fleetText } from "../../src/report/fleet-text.ts";
import { statusOf } from "../../src/report/status.ts";
import { statusJson } from "../../src/report/status-json.ts";
import { aFleet, later, NOW } from "../support/overview/sample.ts";

const { replicas, policyInForce, name } = aFleet();
const look = (over: Partial<FleetLook> = {}): FleetLook => ({
  name,
  redis: "redis.example.com:6379",
  replicas,
  policyInForce,
  policy: policyInForce ?? "",
  pass: undefined,
  lastPass: undefined,
  error: undefined,
  ...over,
});
const text = (over?: Partial<FleetLook>): string =>
  fleetText(look(over), NOW, { color: false, columns: 160 });
const pass = {
  id: "p",
  policy: "x",
  startedAt: later(-120_000),
  phase: "observing",
  done: 60,
  total: 50,
} as const;

describe("a fleet in `status`", () => {
  test("is its replicas, what each is at, and the pass", () => {
    expect(text({ pass })).toBe(`Fleet gitlab.example.com: 3 replicas, policy 62ebf6a69b343bb5 in force.
    rotator-a process 7, 0.4.2, since 3 hours ago: coordinating the pass; reading 50 targets
    rotator-b process 7, 0.4.2, since 3 hours ago: waits for work
    rotator-c process 7, 0.4.2, since 1 minute ago: takes no part: its policy 2075bb9c5eec534b is not in force
A pass is under way, begun ${pass.startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC (2 minutes ago): reading targets, 50 of 50.`);
  });

  test("says that the policy given here is not the one in force", () => {
    expect(text({ policy: "other" })).toContain("in force; the policy given here is another one.");
  });

  test("says that nobody lives, and why nothing is known", () => {
    expect(text({ replicas: [] })).toBe(
      "Fleet gitlab.example.com: no replica lives, says Redis at redis.example.com:6379.",
    );
    expect(text({ error: "Redis does not answer: ECONNREFUSED" })).toBe(
      "Fleet gitlab.example.com cannot be asked: Redis does not answer: ECONNREFUSED",
    );
  });

  test("shows what replicas call themselves without its hidden characters", () => {
    const [first] = replicas;
    expect(
      text({ replicas: first === undefined ? [] : [{ ...first, host: "a\u001b[31m", doing: "\u202eb" }] }),
    ).toMatch(/a\\u001b\[31m.*\\u202eb/);
  });

  test("is in the JSON document, and with the local engine is not", () => {
    const status = statusOf({
      startedAt: NOW,
      finishedAt: NOW,
      lineages: [],
      summary: { lineages: 0, create: 0, rotate: 0, delete: 0, keep: 0, report: 0, failed: 0 },
      warnings: [],
    });
    expect(statusJson(status, undefined)).not.toHaveProperty("fleet");
    const { fleet } = statusJson(status, undefined, look({ pass }));
    expect(fleet).toMatchObject({
      name,
      policyInForce,
      error: null,
      pass: { phase: "observing", total: 50, startedAt: pass.startedAt.toISOString() },
    });
    expect(fleet?.replicas.map(({ id, inForce, doing }) => [id, inForce, doing])).toEqual([
      ["a", true, "coordinating the pass; reading 50 targets"],
      ["b", true, null],
      ["c", false, null],
    ]);
  });
});
