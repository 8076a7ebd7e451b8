import { describe, expect, test } from "vitest";
import { clockSkew, serverTime, smallestSkew } from "../../src/gitlab/server-time.ts";

const DATE = "Mon, 23 Nov 2026 03:00:00 GMT";

describe("GitLab's clock", () => {
  test.each([
    ["Date", { Date: DATE }, "2026-11-23T03:00:00.000Z"],
    ["Date plus Age", { Date: DATE, Age: "90" }, "2026-11-23T03:01:30.000Z"],
    ["Date, without an Age that is no number", { Date: DATE, Age: "-5" }, "2026-11-23T03:00:00.000Z"],
    ["nothing when there is no Date", {}, undefined],
    ["nothing from a Date that is none", { Date: "2026" }, undefined],
    ["nothing from an impossible Date", { Date: "Mon, 23 Nov 2026 25:00:00 GMT" }, undefined],
  ])("is %s", (_, headers, expected) => {
    expect(serverTime(new Headers(headers as Record<string, string>))?.toISOString()).toBe(expected);
  });

  test("is compared with ours less half the round trip", () => {
    const receivedAt = new Date("2026-11-23T03:00:10Z");
    expect(clockSkew({ headers: new Headers({ Date: DATE }), receivedAt, roundTrip: 4_000 })).toBe(8_000);
    expect(clockSkew({ headers: new Headers(), receivedAt, roundTrip: 4_000 })).toBeUndefined();
  });

  test("differs by the smallest of several measurements, on either side", () => {
    expect(smallestSkew([undefined, 9_000, -3_000, 5_000])).toBe(-3_000);
    expect(smallestSkew([-9_000, 3_000])).toBe(3_000);
    expect(smallestSkew([undefined])).toBeUndefined();
  });
});
