import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { DAY } from "../../src/model/duration.ts";
import { renderPlan } from "../../src/report/plan-text.ts";
import { textWidth } from "../../src/report/text.ts";
import { aCompany, aLineage, anAction, aReport, kept, later } from "./example.ts";

const plain = { color: false, columns: 80 };
const wide = { color: false, columns: Number.POSITIVE_INFINITY };

describe("the plan's text", () => {
  test("explains its symbols first", () => {
    const [legend] = renderPlan(aReport(aCompany), plain).split("\n");
    expect(legend).toBe("  + create   ± rotate   - delete   = keep   ! look at");
  });

  test("says of each lineage its target's kind and path, its token and its secret", () => {
    const text = renderPlan(aReport(aCompany), wide);
    expect(text).toContain("# project platform/api, token registry-pull → prod/api/registry-pull\n");
    expect(text).toContain("# group platform, token cluster-pull → gitlab/group/platform/cluster-pull\n");
  });

  test("gives each action's reason in words and as a code", () => {
    const text = renderPlan(aReport(aCompany), wide);
    expect(text).toContain("  ± rotate token 4711: expires within renew_before (30d) (Renewing)\n");
    expect(text).toContain("  - delete token 4711: its overlap of 24h has passed (Superseded)\n");
    expect(text).toContain("  ! look at token 4711: the secret carries the tag");
  });

  test("says when a kept token will be renewed, counted from the start of the pass", () => {
    const text = renderPlan(aReport([aLineage({ actions: [kept] })]), wide);
    expect(text).toContain("to be renewed 2026-12-25 03:00 UTC (in 32 days), expires 2027-01-24 03:00 UTC");
  });

  test("says what waits for deletion and until when", () => {
    const text = renderPlan(aReport(aCompany), wide);
    expect(text).toContain("token 4600 is deleted after 2026-11-24 02:00 UTC (in 23 hours)");
  });

  test("admits that no time can be given for a token that never expires", () => {
    const waiting = [{ tokenId: 1, until: undefined, message: "token 1 is replaced but never expires" }];
    const text = renderPlan(aReport([aLineage({ actions: [kept], waiting })]), wide);
    expect(text).toContain("token 1 is replaced but never expires\n");
  });

  test("tells an expiry that is past from one to come", () => {
    const expired = anAction({ reason: "Expired", expiresAt: later(-3 * DAY) });
    const text = renderPlan(aReport([aLineage({ actions: [expired] })]), wide);
    expect(text).toContain("expired 2026-11-20 03:00 UTC (3 days ago)");
  });

  test("ends with the sums", () => {
    const text = renderPlan(aReport(aCompany), plain);
    expect(text.split("\n").at(-1)).toBe(
      "Plan: 1 to create, 1 to rotate, 1 to delete, 1 to keep, 1 to look at, 1 failed.",
    );
  });

  test("says so when there is nothing to do", () => {
    const text = renderPlan(aReport([aLineage({ actions: [kept] })]), plain);
    expect(text.split("\n").at(-1)).toBe("No changes. 1 to keep, 0 to look at.");
  });

  test("says so when the policy covers nothing", () => {
    expect(renderPlan(aReport([]), plain)).toBe("No changes. The policy covers no deploy token.");
  });

  test("shows a target that could not be resolved with its error", () => {
    const error = {
      code: "ERR_GITLAB_NOT_FOUND",
      message: "project platform/gone: GitLab has none",
    } as const;
    const action = {
      action: "report",
      reason: "TargetFailed",
      message: "not resolved",
      result: "failed",
      error,
    } as const;
    const lineage = aLineage({
      targetId: undefined,
      path: "platform/gone",
      token: null,
      secret: null,
      actions: [action],
    });
    const text = renderPlan(aReport([lineage]), wide);
    expect(text).toContain("# project platform/gone\n  ! look at: not resolved (TargetFailed)\n");
    expect(text).toContain("failed: project platform/gone: GitLab has none (ERR_GITLAB_NOT_FOUND)");
    const report = aReport([lineage]);
    const summary = { ...report.summary, lineages: 0, failed: 1 };
    expect(renderPlan({ ...report, summary }, wide)).toContain(
      "Incomplete. 0 to keep, 1 to look at, 1 failed.",
    );
  });

  test("prints the warnings about the pass as a whole", () => {
    const text = renderPlan(aReport(aCompany, { warnings: ["ListSecrets was denied"] }), plain);
    expect(text).toContain("\n\nWarning: ListSecrets was denied\n\n");
  });

  test.each([60, 80, 120])("fits %i columns", (columns) => {
    const text = renderPlan(aReport(aCompany, { warnings: ["w".repeat(300)] }), { color: true, columns });
    const widths = stripVTControlCharacters(text).split("\n").map(textWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  test("gives no escape byte without colours, and some with them", () => {
    expect(renderPlan(aReport(aCompany), plain)).not.toContain("\u001b");
    expect(renderPlan(aReport(aCompany), { ...plain, color: true })).toContain("\u001b[33m±\u001b[39m");
  });

  test("shows hostile names, secrets, messages and warnings as what they are", () => {
    const hostile = "x\u001b[2J\n\u202ey";
    const lineage = aLineage({
      path: hostile,
      token: hostile,
      secret: hostile,
      actions: [anAction({ message: hostile, error: { code: "ERR_INTERNAL", message: hostile } })],
      waiting: [{ tokenId: 1, until: undefined, message: hostile }],
    });
    const text = renderPlan(aReport([lineage], { warnings: [hostile] }), wide);
    expect(text.match(/x\\u001b\[2J\\u000a\\u202ey/g)).toHaveLength(7);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
  });
});
