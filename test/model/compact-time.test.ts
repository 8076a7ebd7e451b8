import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactTime, expandTime } from "../../src/model/compact-time.ts";

const digits = (most: number, length: number) =>
  fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(length, "0"));

const aText = fc
  .tuple(digits(9_999, 4), digits(14, 2), digits(33, 2), digits(25, 2), digits(61, 2), digits(61, 2))
  .map(
    ([year, month, day, hours, minutes, seconds]) => `${year}${month}${day}T${hours}${minutes}${seconds}Z`,
  );

/** As slow as sure. */
const expandSlowly = (text: string): Date | undefined => {
  const time = new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  return Number.isNaN(time.getTime()) || compactTime(time) !== text ? undefined : time;
};

describe("a compact time", () => {
  it("is read as what it was written from, to the second", () => {
    const times = fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        expect(expandTime(compactTime(time))).toEqual(new Date(Math.floor(time.getTime() / 1000) * 1000));
      }),
    );
  });

  it("is nothing else than what we write: no 31st of June, no second 60, no hour 24", () => {
    fc.assert(
      fc.property(aText, (text) => {
        expect(expandTime(text)).toEqual(expandSlowly(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    "",
    "20261123T030005",
    "2026-11-23T03:00:05Z",
    "20261123t030005z",
    "20261123T030005Z ",
    "20261123 030005Z",
  ])("is not %j", (text) => expect(expandTime(text)).toBeUndefined());
});
