import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { renderAudit } from "../../src/report/audit-text.ts";
import { textWidth } from "../../src/report/text.ts";
import { aFinding, anAudit } from "./audit-example.ts";

const narrow = { color: false, columns: 80 };

describe("the text of an audit", () => {
  test("is a table for each code under what they have in common, then the sum", () => {
    const text = renderAudit(
      anAudit([
        aFinding({ code: "NeverExpires", severity: "high", detail: "the policy only reports it" }),
        aFinding(),
        aFinding({ kind: "group", path: "platform", token: "cluster-pull", tokenId: 12 }),
      ]),
      narrow,
    );
    expect(text).toBe(`HIGH    NeverExpires: never expires
        (1) let the policy replace it (\`never_expires: rotate\`), or delete it in
        GitLab
  project platform/api  by-hand  4711  the policy only reports it

MEDIUM  Uncovered: not covered by this policy
        (2) name it in the policy, or delete it in GitLab once nobody uses it
  project platform/api  by-hand       4711  never expires
  group platform        cluster-pull  12    never expires

3 findings: 1 high, 2 medium, 0 low. Looked at 12 tokens of 3 targets and 2
secrets (the policy's targets and all that lies below its groups).`);
  });

  test("keeps one code of two severities apart", () => {
    const text = renderAudit(anAudit([aFinding(), aFinding({ severity: "low" })]), narrow);
    expect(text.match(/^(MEDIUM|LOW {3})/gm)).toEqual(["MEDIUM", "LOW   "]);
  });

  test.each([40, 80, 140])("fits %i columns, or 80 at least, whatever the names", (columns) => {
    const long = "a-very-long-name-".repeat(12);
    const findings = [
      aFinding({ path: `${long}/${long}`, token: long, detail: `expires ${"later ".repeat(40)}` }),
      aFinding({ path: "部署令牌/".repeat(20), token: "\u001b[31m\u202e\n", detail: "x" }),
      aFinding({
        kind: undefined,
        path: undefined,
        targetId: undefined,
        token: "",
        tokenId: 9_007_199_254_740_991,
      }),
    ];
    const text = renderAudit(anAudit(findings, { warnings: [long] }), { color: true, columns });
    const plain = stripVTControlCharacters(text);
    expect(Math.max(...plain.split("\n").map(textWidth))).toBeLessThanOrEqual(Math.max(80, columns));
    expect(plain).toContain("9007199254740991");
    expect(plain).not.toContain("\u202e");
  });

  test("colours by severity, and not at all without colours", () => {
    const report = anAudit([aFinding({ severity: "high" })]);
    const coloured = renderAudit(report, { color: true, columns: 80 });
    expect(coloured).toContain("\u001b[31m");
    expect(stripVTControlCharacters(coloured)).toBe(renderAudit(report, narrow));
  });

  test("lists the first warnings and counts the rest", () => {
    const warnings = Array.from({ length: 12 }, (_, index) => `project p${index} could not be read: no`);
    const text = renderAudit(anAudit([], { warnings }), narrow);
    expect(text.match(/^Warning: /gm)).toHaveLength(11);
    expect(text).toContain("Warning: 2 more; --json lists them all");
    expect(text).toContain("12 things could not be read");
  });

  test("says so when there is nothing", () => {
    expect(renderAudit(anAudit([], { scope: "instance" }), narrow)).toBe(
      "No findings. Looked at 12 tokens of 3 targets and 2 secrets (the whole\ninstance).",
    );
  });
});
