import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { DAY } from "../../src/model/duration.ts";
import { renderApply } from "../../src/report/apply-text.ts";
import { textWidth } from "../../src/report/text.ts";
import { aCompany, aLineage, anAction, aReport, kept, later } from "./example.ts";

const plain = { color: false, columns: 80 };
const wide = { color: false, columns: Number.POSITIVE_INFINITY };
const lines = (text: string): string[] => text.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));

describe("the text after apply", () => {
  test("is a table of what was done", () => {
    const [head, rotated, created] = lines(renderApply(aReport(aCompany), plain));
    expect(head).toBe("target | token | action | result | new id | next");
    expect(rotated).toBe("project platform/api | registry-pull | ± rotate | done | 4805 | renews 2027-01-22");
    expect(created).toBe("group platform | cluster-pull | + create | failed");
  });

  test("falls back to the expiry of a token that nobody will renew", () => {
    const action = anAction({ result: "failed", expiresAt: later(DAY) });
    const [, row] = lines(renderApply(aReport([aLineage({ actions: [action] })]), plain));
    expect(row).toContain("expires 2026-11-24");
  });

  test("calls due what should have been renewed and was not", () => {
    const action = anAction({ result: "failed", renewsAt: later(-DAY) });
    const [, row] = lines(renderApply(aReport([aLineage({ actions: [action] })]), plain));
    expect(row).toMatch(/ \| due$/);
  });

  test("leaves the date of a deleted token away", () => {
    const action = anAction({ action: "delete", reason: "Superseded", result: "done" });
    const [, row] = lines(renderApply(aReport([aLineage({ actions: [action] })]), plain));
    expect(row).toBe("project platform/api | registry-pull | - delete | done");
  });

  test("says of each failure where it happened, what it is and what to do", () => {
    const text = renderApply(aReport(aCompany), wide);
    expect(text).toContain(
      "Failed: create for group platform, token cluster-pull\n  group platform: the token may list deploy tokens but not create them; make its owner an Owner (ERR_GITLAB_FORBIDDEN)",
    );
  });

  test("says what there is to look at", () => {
    const text = renderApply(aReport(aCompany), wide);
    expect(text).toContain(
      "Look at: project platform/web, token registry-pull\n  the secret carries the tag gitlab.example.com projects/9 x; give this lineage another secret (ForeignSecret)",
    );
  });

  test("counts what was done, not what was meant to be", () => {
    const text = renderApply(aReport(aCompany), wide);
    expect(text).toContain(
      "Apply finished, 1 failed: 0 created, 1 rotated, 1 deleted, 1 kept, 1 to look at.",
    );
  });

  test("counts what was skipped apart", () => {
    const text = renderApply(aReport([aLineage({ actions: [anAction({ result: "skipped" })] })]), wide);
    expect(text).toContain("Apply complete: 0 created, 0 rotated, 0 deleted, 1 skipped, 0 kept");
  });

  test("only counts kept tokens, and names the next one to be renewed", () => {
    const other = { ...kept, renewsAt: later(40 * DAY) };
    const report = aReport([
      aLineage({ token: "later", actions: [other] }),
      aLineage({ token: "sooner", actions: [kept] }),
    ]);
    expect(renderApply(report, wide)).toBe(
      "Apply complete: 0 created, 0 rotated, 0 deleted, 2 kept, 0 to look at. Next renewal: project platform/api, token sooner, 2026-12-25 03:00 UTC (in 32 days).",
    );
  });

  test.each([80, 100, 200])("fits %i columns", (columns) => {
    const text = renderApply(aReport(aCompany, { warnings: ["w".repeat(300)] }), { color: true, columns });
    const widths = stripVTControlCharacters(text).split("\n").map(textWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  test("cuts paths and names to fit, but never an id or a date", () => {
    const action = anAction({ result: "done", newTokenId: 1_234_567_890, renewsAt: later(60 * DAY) });
    const lineage = aLineage({ path: "platform/".repeat(30), token: "token-".repeat(30), actions: [action] });
    const [, row = ""] = renderApply(aReport([lineage]), plain).split("\n");
    expect(textWidth(row)).toBeLessThanOrEqual(80);
    expect(row).toMatch(
      /^project .*….* {2}token.*… ?.* {2}± rotate {2}done {4}1234567890 {2}renews 2027-01-22$/,
    );
  });

  test("keeps the columns of wide characters apart", () => {
    const rows = ["日本語", "ascii"].map((token) =>
      aLineage({ token, actions: [anAction({ result: "done" })] }),
    );
    const [, first = "", second = ""] = renderApply(aReport(rows), plain).split("\n");
    expect(textWidth(first.slice(0, first.indexOf("±")))).toBe(second.indexOf("±"));
  });

  test("gives no escape byte without colours, and some with them", () => {
    expect(renderApply(aReport(aCompany), plain)).not.toContain("\u001b");
    expect(renderApply(aReport(aCompany), { ...plain, color: true })).toContain(
      "\u001b[31mFailed:\u001b[39m",
    );
  });

  test("shows hostile names and messages as what they are", () => {
    const hostile = "x\u001b[2J\n\u202ey";
    const failed = anAction({ result: "failed", error: { code: "ERR_INTERNAL", message: hostile } });
    const report = anAction({ action: "report", reason: "Unrecognised", message: hostile });
    const lineage = aLineage({ path: hostile, token: hostile, actions: [failed, report] });
    const text = renderApply(aReport([lineage], { warnings: [hostile] }), wide);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
    expect(text.match(/x\\u001b\[2J\\u000a\\u202ey/g)).toHaveLength(9);
  });

  test("shows a failure without an error by its message, made harmless too", () => {
    const failed = anAction({ result: "failed", message: "x\u001b[2J" });
    const text = renderApply(aReport([aLineage({ actions: [failed] })]), wide);
    expect(text).toContain("\n  x\\u001b[2J (Renewing)\n");
    expect(text).not.toContain("\u001b");
  });
});
