import { describe, expect, it } from "vitest";
import type { ActionReport, LineageReport, PassReport } from "../../src/model/report.ts";
import { filterStatus, lineageStatus, statusOf } from "../../src/report/status.ts";
import { statusJson } from "../../src/report/status-json.ts";
import { renderStatus } from "../../src/report/status-text.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);

const lineage = (actions: readonly ActionReport[], more: Partial<LineageReport> = {}): LineageReport => ({
  kind: "project",
  targetId: 42,
  path: "platform/api",
  token: "registry-pull",
  secret: "prod/api/registry-pull",
  actions,
  waiting: [],
  ...more,
});
const kept: ActionReport = {
  action: "keep",
  reason: "Healthy",
  message: "healthy",
  tokenId: 1,
  expiresAt: days(60),
  renewsAt: days(30),
};
const due: ActionReport = {
  ...kept,
  action: "rotate",
  reason: "Renewing",
  expiresAt: days(5),
  renewsAt: days(-25),
};
const report = (reason: ActionReport["reason"], more: Partial<ActionReport> = {}): ActionReport => ({
  action: "report",
  reason,
  message: reason,
  tokenId: 1,
  ...more,
});
const failure = { code: "ERR_GITLAB_UNAVAILABLE", message: "GitLab answered 502" } as const;
const waiting = [{ tokenId: 7, until: days(1), message: "token 7 is deleted tomorrow" }];
const pass = (lineages: readonly LineageReport[], more: Partial<PassReport> = {}): PassReport => ({
  startedAt: NOW,
  finishedAt: NOW,
  lineages,
  summary: { lineages: 0, create: 0, rotate: 0, delete: 0, keep: 0, report: 0, failed: 0 },
  warnings: [],
  ...more,
});

describe("the state of a lineage", () => {
  it.each<[string, LineageReport]>([
    ["healthy", lineage([kept])],
    ["healthy", lineage([report("Existing")])],
    ["healthy", lineage([report("Removed")])],
    ["healthy", lineage([{ ...due, result: "done", newTokenId: 8 }])],
    ["overlapping", lineage([kept], { waiting })],
    ["overlapping", lineage([{ ...kept, action: "delete", reason: "Superseded", tokenId: 7 }, kept])],
    ["due", lineage([due])],
    ["due", lineage([due], { waiting })],
    ["due", lineage([{ ...due, result: "skipped" }])],
    ["in-progress", lineage([report("InProgress")])],
    ["conflict", lineage([report("Ambiguous")])],
    ["conflict", lineage([report("Ambiguous", { keptFromRotating: true, result: "failed" })])],
    ["conflict", lineage([report("NeverExpires")])],
    ["conflict", lineage([kept, report("DeletionHeldBack", { tokenId: 7 })], { waiting })],
    ["failing", lineage([{ ...due, result: "failed", error: failure }])],
    ["failing", lineage([report("ObservationFailed", { result: "failed", error: failure })])],
    ["failing", lineage([report("TargetFailed", { result: "failed" })], { token: null })],
    ["failing", lineage([kept, report("Leaked", { tokenId: 7 })])],
    [
      "failing",
      lineage([{ ...kept, action: "delete", reason: "Superseded", result: "failed", error: failure }, kept]),
    ],
  ])("is %s", (state, given) => {
    expect(lineageStatus(given)?.state).toBe(state);
  });

  it("shows the new token once a rotation is done", () => {
    const done = lineage([
      { ...due, result: "done", newTokenId: 8, expiresAt: days(90), renewsAt: days(60) },
    ]);
    expect(lineageStatus(done)).toMatchObject({
      tokenId: 8,
      expiresAt: days(90),
      renewsAt: days(60),
      reason: "Healthy",
      message: "healthy; to be renewed on 2027-01-23 12:00 UTC",
    });
  });

  it("says what is wrong, not what is well, and still shows the token that consumers read", () => {
    const both = lineage([kept, report("DeletionHeldBack", { tokenId: 7, message: "held back" })], {
      waiting,
    });
    expect(lineageStatus(both)).toMatchObject({
      reason: "DeletionHeldBack",
      message: "held back",
      tokenId: 1,
    });
  });
});

describe("the report", () => {
  const mixed = pass([
    lineage([kept], { path: "a/healthy" }),
    lineage([{ ...due, expiresAt: days(9) }], { path: "a/later" }),
    lineage([due], { path: "a/sooner" }),
    lineage([report("TargetFailed", { result: "failed", error: failure })], { path: "b/gone", token: null }),
  ]);

  it("has the most urgent first: by state, then by what expires soonest", () => {
    const { lineages, summary } = statusOf(mixed);
    expect(lineages.map(({ path }) => path)).toEqual(["b/gone", "a/sooner", "a/later", "a/healthy"]);
    expect(summary).toMatchObject({ failing: 1, due: 2, healthy: 1, conflict: 0 });
  });

  it("is narrowed by path, token and state, its sums with it", () => {
    const status = statusOf(mixed);
    const { lineages, summary } = filterStatus(status, {
      path: (path) => path.startsWith("a/"),
      token: () => true,
      states: ["due"],
    });
    expect(lineages.map(({ path }) => path)).toEqual(["a/sooner", "a/later"]);
    expect(summary).toMatchObject({ due: 2, failing: 0, healthy: 0 });
    expect(filterStatus(status, { token: () => false }).lineages.map(({ path }) => path)).toEqual(["b/gone"]);
  });

  it.each([80, 140])("fits a terminal of %i columns, whatever the names", (columns) => {
    const long = pass([
      lineage([due], {
        path: `platform/${"very-long-name/".repeat(12)}api`,
        token: "t".repeat(200),
        secret: "s".repeat(300),
      }),
      lineage([report("Ambiguous", { message: `two live tokens ${"x".repeat(200)}` })], {
        token: "\u001b[31mred\n",
      }),
    ]);
    const text = renderStatus(
      { status: statusOf(long), lastPass: undefined, hidden: 0 },
      { color: false, columns },
    );
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    expect(text).not.toContain("\u001b");
  });

  it.each([
    ["due", 0],
    ["due", -25 * 24 * 3_600_000],
    ["2026-11-24", 1],
  ] as const)("shows a renewal as %s, %d ms before it may begin", (shown, left) => {
    const renewsAt = new Date(NOW.getTime() + left);
    const status = statusOf(pass([lineage([{ ...due, renewsAt }])]));
    const [head = "", row = ""] = renderStatus(
      { status, lastPass: undefined, hidden: 0 },
      { color: false, columns: 100 },
    ).split("\n");
    expect(row.slice(head.indexOf("renews"))).toBe(shown);
    expect(statusJson(status, undefined)).toMatchObject({ lineages: [{ renewsAt: renewsAt.toISOString() }] });
  });

  it("says that nothing is covered, and when a filter hides it all", () => {
    const view = (hidden: number) =>
      renderStatus(
        { status: statusOf(pass([])), lastPass: undefined, hidden },
        { color: false, columns: 80 },
      );
    expect(view(0)).toBe("The policy covers no deploy token.");
    expect(view(3)).toBe("None of the 3 lineages is as asked for.");
  });
});
