import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, milliseconds, SECOND, WEEK } from "../../src/model/duration.ts";
import { formatDuration, parseDuration } from "../../src/policy/duration.ts";

describe("parseDuration", () => {
  test.each([
    ["30s", 30 * SECOND],
    ["15m", 15 * MINUTE],
    ["24h", 24 * HOUR],
    ["90d", 90 * DAY],
    ["2w", 2 * WEEK],
    ["0s", 0],
    ["3650d", 3650 * DAY],
  ])("reads %s", (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  test.each([
    "",
    "90",
    "d",
    "90 d",
    " 90d",
    "90d ",
    "90d\n",
    "90D",
    "1h30m",
    "-1d",
    "+1d",
    "1.5d",
    "1e3d",
    "007d",
    "90day",
    "90ms",
    "1y",
    "٣d",
    "3651d",
    "9999999999w",
    "99999999999s",
  ])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

test.each([
  [90 * DAY, "90d"],
  [24 * HOUR, "1d"],
  [36 * HOUR, "36h"],
  [90 * MINUTE, "90m"],
  [90 * SECOND, "90s"],
  [0, "0s"],
  [1500, "1.5s"],
])("formatDuration writes %d ms as %s", (duration, text) => {
  expect(formatDuration(milliseconds(duration))).toBe(text);
});
