import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/model/duration.ts";
import { dateTime, paint, relativeTime, safeText, textWidth, truncate, wrap } from "../../src/report/text.ts";
import { later, T0 } from "./example.ts";

describe("safeText", () => {
  test.each([
    ["an escape sequence", "\u001b[31mred", "\\u001b[31mred"],
    ["the one-byte CSI", "\u009b31mred", "\\u009b31mred"],
    ["a bidi override", "a\u202egnp.exe", "a\\u202egnp.exe"],
    ["a line break", "one\r\ntwo", "one\\u000d\\u000atwo"],
    ["a line separator", "one\u2028two", "one\\u2028two"],
    ["a zero-width space", "a\u200bb", "a\\u200bb"],
    ["a space that is none", "a\u00a0b", "a\\u00a0b"],
    ["a tag character beyond 16 bits", "a\u{e0041}b", "a\\udb40\\udc41b"],
    ["half a surrogate pair", "a\ud800b", "a\\ud800b"],
  ])("shows %s", (_, hostile, shown) => {
    expect(safeText(hostile)).toBe(shown);
  });

  test("leaves letters of every script, accents, emoji and plain spaces alone", () => {
    const text = "Größe 日本語 e\u0301 🚀 a b";
    expect(safeText(text)).toBe(text);
  });

  test("keeps a JSON document's meaning", () => {
    const value = { name: "a\u202e\u009b\u{e0041}\u2028" };
    expect(JSON.parse(safeText(JSON.stringify(value)))).toEqual(value);
  });
});

describe("paint", () => {
  test("gives no escape byte without colours", () => {
    expect(paint({ color: false, columns: 80 }, "red", "text")).toBe("text");
  });

  test("colours whatever the environment says", () => {
    expect(paint({ color: true, columns: 80 }, "red", "text")).toBe("\u001b[31mtext\u001b[39m");
  });
});

describe("width", () => {
  test.each([
    ["ascii", 5],
    ["日本語", 6],
    ["e\u0301", 1],
    ["🚀", 2],
    ["±→…", 3],
  ])("of %s is %i", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test("truncates in the middle, so that both ends still tell which one it is", () => {
    expect(truncate("platform/backend/api-gateway", 13)).toBe("platfo…ateway");
    expect(truncate("short", 5)).toBe("short");
  });

  test.each([1, 2, 7, 8])("never truncates to more than %i columns of wide characters", (columns) => {
    expect(textWidth(truncate("日本語日本語日本語", columns))).toBeLessThanOrEqual(columns);
  });
});

describe("wrap", () => {
  test("breaks at spaces and indents every line", () => {
    const text = wrap("one two three four five six seven eight nine ten eleven twelve", 40, "  ");
    expect(text).toBe("  one two three four five six seven\n  eight nine ten eleven twelve");
  });

  test("breaks a word that is too long for a line", () => {
    const lines = wrap(`see ${"x".repeat(100)} there`, 40, "").split("\n");
    expect(lines.map((line) => line.length)).toEqual([3, 40, 40, 26]);
  });

  test("does not break where there is no end to a line", () => {
    expect(wrap("word ".repeat(1_000).trim(), Number.POSITIVE_INFINITY, "").includes("\n")).toBe(false);
  });

  test("takes a very long text without a space", () => {
    expect(wrap("x".repeat(100_000), 80, "").split("\n")).toHaveLength(1_250);
  });
});

describe("relative time", () => {
  test.each([
    [0, "now"],
    [MINUTE - 1, "now"],
    [MINUTE, "in 1 minute"],
    [HOUR - 1, "in 59 minutes"],
    [HOUR, "in 1 hour"],
    [2 * DAY - 1, "in 47 hours"],
    [2 * DAY, "in 2 days"],
    [32 * DAY, "in 32 days"],
    [-3 * DAY, "3 days ago"],
    [-MINUTE, "1 minute ago"],
  ])("%i ms from now is %j", (distance, words) => {
    expect(relativeTime(later(distance), T0)).toBe(words);
  });

  test("names the zone of a date", () => {
    expect(dateTime(T0)).toBe("2026-11-23 03:00 UTC");
  });
});
