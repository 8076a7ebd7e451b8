import { describe, expect, test } from "vitest";
import { eventLine, summaryLine } from "../../src/report/lines.ts";
import { aCompany, aLineage, anAction, aReport, kept, later } from "./example.ts";

const lineage = aLineage();

describe("the log line of", () => {
  test.each([
    [
      "a created token",
      anAction({ action: "create", reason: "Missing", result: "done" }),
      "info",
      "token created",
    ],
    ["a rotated token", anAction({ result: "done" }), "info", "token rotated"],
    [
      "a deleted token",
      anAction({ action: "delete", reason: "Stray", result: "done" }),
      "info",
      "token deleted",
    ],
    ["a kept token", kept, "debug", "token kept"],
    ["a report", anAction({ action: "report", reason: "Ambiguous" }), "warn", "token to look at"],
    ["a skipped action", anAction({ result: "skipped" }), "warn", "action skipped"],
    ["a failed action", anAction({ result: "failed" }), "error", "action failed"],
  ])("%s has its level and its static message", (_, action, level, message) => {
    expect(eventLine({ kind: "finished", lineage, action })).toMatchObject({ level, message });
  });

  test("an action carries everything that tells it from others as fields", () => {
    const action = anAction({ result: "done", newTokenId: 4805 });
    expect(eventLine({ kind: "finished", lineage, action })?.fields).toEqual({
      kind: "project",
      targetId: 42,
      path: "platform/api",
      token: "registry-pull",
      secret: "prod/api/registry-pull",
      action: "rotate",
      reason: "Renewing",
      detail: "expires within renew_before (30d)",
      tokenId: 4711,
      newTokenId: 4805,
      expiresAt: "2026-12-13T03:00:00.000Z",
      result: "done",
    });
  });

  test("a failed action carries the error's code and message", () => {
    const error = { code: "ERR_TOKEN_REJECTED", message: "it does not log in" } as const;
    const line = eventLine({ kind: "finished", lineage, action: anAction({ result: "failed", error }) });
    expect(line?.fields).toMatchObject({ error });
  });

  test("a warning keeps its text out of the static message", () => {
    expect(eventLine({ kind: "warning", message: "ListSecrets was denied" })).toEqual({
      level: "warn",
      message: "pass warning",
      fields: { detail: "ListSecrets was denied" },
    });
  });

  test("progress through the targets does not exist", () => {
    expect(eventLine({ kind: "observing", done: 1, total: 2 })).toBeUndefined();
  });

  test("a pass says how it ended, its sums and how long it took", () => {
    expect(summaryLine(aReport(aCompany))).toMatchObject({
      level: "error",
      message: "pass finished with failures",
      fields: { lineages: 4, rotate: 1, failed: 1, milliseconds: 1_500 },
    });
    expect(summaryLine(aReport([], { finishedAt: later(0) }))).toMatchObject({
      level: "info",
      message: "pass finished",
      fields: { lineages: 0, milliseconds: 0 },
    });
  });
});
