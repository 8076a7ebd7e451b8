import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askedWait } from "../../src/gitlab/retry-after.ts";

const now = new Date("2026-11-23T03:00:00Z");
const wait = (headers: Record<string, string>): number | undefined => askedWait(new Headers(headers), now);

describe("the wait that GitLab asks for", () => {
  test.each([
    ["seconds", { "Retry-After": "7" }, 7_000],
    ["nought", { "Retry-After": "0" }, 0],
    ["a date", { "Retry-After": "Mon, 23 Nov 2026 03:00:09 GMT" }, 9_000],
    ["a date that has passed", { "Retry-After": "Mon, 23 Nov 2026 02:00:00 GMT" }, 0],
    ["more than five minutes", { "Retry-After": "86400" }, 300_000],
    ["a date far away", { "Retry-After": "Tue, 23 Nov 2027 03:00:00 GMT" }, 300_000],
    ["a negative number", { "Retry-After": "-1" }, undefined],
    ["a fraction", { "Retry-After": "1.5" }, undefined],
    ["words", { "Retry-After": "soon" }, undefined],
    ["nothing", {}, undefined],
    [
      "a date, by GitLab's clock",
      { "Retry-After": "Mon, 23 Nov 2026 05:00:09 GMT", Date: "Mon, 23 Nov 2026 05:00:00 GMT" },
      9_000,
    ],
    ["the end of the window", { "RateLimit-Remaining": "0", "RateLimit-Reset": "1795402830" }, 30_000],
    [
      "the end of a window with something left",
      { "RateLimit-Remaining": "3", "RateLimit-Reset": "1795402830" },
      undefined,
    ],
    [
      "the end of a window that is no time",
      { "RateLimit-Remaining": "0", "RateLimit-Reset": "soon" },
      undefined,
    ],
    ["a window without an end", { "RateLimit-Remaining": "0" }, undefined],
    ["both", { "Retry-After": "2", "RateLimit-Remaining": "0", "RateLimit-Reset": "1795402830" }, 2_000],
  ])("is read from %s", (_, headers, expected) => {
    expect(wait(headers as Record<string, string>)).toBe(expected);
  });

  test("is never negative, never above five minutes and never NaN, whatever the header", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), (value) => {
        const asked = wait({ "Retry-After": value });
        expect(asked === undefined || (asked >= 0 && asked <= 300_000)).toBe(true);
      }),
    );
  });
});
