import { describe, expect, test } from "vitest";
import type { PassEvent } from "../../src/model/report.ts";
import { initialProgress, progress, renderProgress } from "../../src/report/progress.ts";
import { textWidth } from "../../src/report/text.ts";
import { aLineage, anAction, kept } from "./example.ts";

const plain = { color: false, columns: 80 };
const show = (events: readonly PassEvent[], style = plain): string =>
  renderProgress(events.reduce(progress, initialProgress), style);

const observed: PassEvent = { kind: "observed", lineages: 40, changes: 10 };
const lineages = Array.from({ length: 12 }, (_, index) => aLineage({ path: `platform/p${index}` }));
const [first = aLineage(), second = aLineage(), third = aLineage()] = lineages;
const started = (lineage = first): PassEvent => ({ kind: "started", lineage, action: anAction() });
const finished = (lineage = first, result: "done" | "failed" | "skipped" = "done"): PassEvent => ({
  kind: "finished",
  lineage,
  action: anAction({ result }),
});

describe("progress on a terminal", () => {
  test("says how far reading is", () => {
    expect(show([])).toBe("Reading targets");
    expect(show([{ kind: "observing", done: 12, total: 40 }])).toBe("Reading targets: 12 of 40");
  });

  test("says what is running, done and failed, of how many", () => {
    expect(
      show([
        observed,
        started(),
        started(second),
        started(third),
        finished(second),
        finished(third, "failed"),
      ]),
    ).toBe("Applying 2 of 10: 1 done, 1 failed, 1 running\n  ± project platform/p0, token registry-pull");
  });

  test("counts what was skipped", () => {
    expect(show([observed, started(), finished(first, "skipped")])).toBe(
      "Applying 1 of 10: 0 done, 0 failed, 1 skipped, 0 running",
    );
  });

  test("takes the one that has finished off the list, not its neighbour", () => {
    const text = show([observed, started(first), started(second), finished(second)]);
    expect(text).toContain("platform/p0");
    expect(text).not.toContain("platform/p1");
  });

  test("counts a failed report beside the changes, not as one of them", () => {
    const action = anAction({ action: "report", reason: "TargetFailed", result: "failed" });
    const state = progress(
      { ...initialProgress, changes: 6 },
      { kind: "finished", lineage: aLineage(), action },
    );
    expect(renderProgress(state, { color: false, columns: 80 })).toBe(
      "Applying 1 of 7: 0 done, 1 failed, 0 running",
    );
  });

  test("leaves kept tokens and reports out of the counts", () => {
    const events: PassEvent[] = [
      observed,
      { kind: "started", lineage: first, action: kept },
      { kind: "finished", lineage: first, action: kept },
      { kind: "finished", lineage: first, action: anAction({ action: "report", reason: "Ambiguous" }) },
    ];
    expect(show(events)).toBe("Applying 0 of 10: 0 done, 0 failed, 0 running");
  });

  test("never claims more done than there is", () => {
    const events = [{ ...observed, changes: 1 }, started(first), finished(first), started(second)];
    expect(show(events)).toContain("Applying 1 of 2: 1 done, 0 failed, 1 running");
  });

  test("shows eight of many, and says how many more", () => {
    const lines = show([observed, ...lineages.map((lineage) => started(lineage))]).split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("  … and 4 more");
  });

  test("keeps to its lines and columns, however long or hostile a name is", () => {
    const hostile = aLineage({ path: `\n\u001b[2J${"x".repeat(200)}` });
    const lines = show([observed, started(hostile)]).split("\n");
    expect(lines).toHaveLength(2);
    expect(textWidth(lines[1] ?? "")).toBeLessThanOrEqual(80);
    expect(lines[1]).not.toContain("\u001b");
  });
});
