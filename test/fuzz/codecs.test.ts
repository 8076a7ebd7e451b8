import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseHttpDate } from "../../src/gitlab/http-date.ts";
import { askedWait } from "../../src/gitlab/retry-after.ts";
import { clockSkew, serverTime } from "../../src/gitlab/server-time.ts";
import { decodeLineageTag, encodeLineageTag } from "../../src/model/lineage-tag.ts";
import { decodeRecord, encodeRecord } from "../../src/model/record.ts";
import { decodeVersionId, encodeVersionId } from "../../src/model/version-id.ts";
import { mutated, runs } from "./runs.ts";

const time = fc.integer({ min: 0, max: Date.UTC(9999, 0) / 1000 }).map((seconds) => new Date(seconds * 1000));
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const digit = fc.constantFrom(..."0123456789-/=+ TZ:.aF\n\u0660");
const anything = fc.oneof(digit, fc.string({ unit: "binary", maxLength: 2 }));

const versionId = fc.record({ tokenId: id, storedAt: time, expiresAt: time }).map(encodeVersionId);
const tag = fc
  .tuple(
    fc.constantFrom("h", "gitlab.example.com:8443/git"),
    fc.record({ kind: fc.constantFrom("project" as const, "group" as const), id }),
    fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), fc.string({ minLength: 200 })),
  )
  .map(([instance, target, name]) => encodeLineageTag(instance, target, name));
const ids = fc.array(id, { maxLength: 12 });
const record = fc
  .record({ at: time, expires: time, existing: ids, strays: ids, leaked: fc.boolean(), undone: fc.boolean() })
  .map(encodeRecord);

describe("a text that differs from ours in one place is read as what it says, or not at all:", () => {
  test("a version id", () => {
    const near = versionId.chain((text) => mutated(text, anything));
    fc.assert(
      fc.property(near, (text) => {
        const named = decodeVersionId(text);
        if (named !== undefined) expect(encodeVersionId(named)).toBe(text);
      }),
      runs(2_000),
    );
  });

  test("a lineage tag", () => {
    const near = tag.chain((text) => mutated(text, anything));
    fc.assert(
      fc.property(near, (text) => {
        const lineage = decodeLineageTag(text);
        if (lineage === undefined) return;
        const { instance, kind, targetId, token } = lineage;
        expect(Number.isSafeInteger(targetId)).toBe(true);
        if (token === undefined) expect(text).toHaveLength(256);
        else expect(encodeLineageTag(instance, { kind, id: targetId }, token)).toBe(text);
      }),
      runs(2_000),
    );
  });

  test("a record", () => {
    const near = record.chain((text) => mutated(text, anything));
    fc.assert(
      fc.property(near, (text) => {
        const read = decodeRecord(text);
        if (read === undefined) return;
        expect(encodeRecord(read)).toBe(text);
        for (const each of [...read.existing, ...read.strays]) expect(Number.isSafeInteger(each)).toBe(true);
      }),
      runs(2_000),
    );
  });

  test("a date of HTTP", () => {
    const near = time.map((date) => date.toUTCString()).chain((text) => mutated(text, anything));
    fc.assert(
      fc.property(near, (text) => {
        const date = parseHttpDate(text);
        if (date !== undefined) expect(date.toUTCString()).toBe(text);
      }),
      runs(2_000),
    );
  });
});

test.each([
  ["a lineage tag with an id past 2^53", () => decodeLineageTag("h projects/9999999999999999 a")],
  [
    "a lineage tag with a hash in a name that was not cut",
    () => decodeLineageTag("h projects/1 +0123456789abcdef"),
  ],
  ["a lineage tag longer than a tag", () => decodeLineageTag(`h projects/1 ${"a".repeat(250)}`)],
  ["a record with an id past 2^53", () => decodeRecord(`${RECORD} existing=9007199254740992`)],
  ["a record longer than a tag", () => decodeRecord(`${RECORD} existing=${Array(150).fill(1).join("/")}`)],
  [
    "a record without room for `undone`",
    () => decodeRecord(`${RECORD} existing=${Array(96).fill(1).join("/")}`),
  ],
  ["the 31st of February", () => parseHttpDate("Tue, 31 Feb 2026 10:00:00 GMT")],
  ["a Monday that was a Tuesday", () => parseHttpDate("Mon, 24 Nov 2026 10:00:00 GMT")],
])("is not read: %s", (_, read) => {
  expect(read()).toBeUndefined();
});

const RECORD = "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z";

describe("headers, whatever they hold,", () => {
  const value = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) }),
    fc.bigInt().map(String),
    fc.double().map(String),
    time.map((date) => date.toUTCString()),
    fc.constantFrom("", "0", "-0", "1e9", "0x10", "Infinity", "NaN", "9".repeat(400), "1, 2"),
  );
  const headers = fc
    .dictionary(
      fc.constantFrom("Retry-After", "RateLimit-Reset", "RateLimit-Remaining", "Date", "Age"),
      value,
    )
    .map((named) => new Headers(named));

  test("never ask for more than five minutes, for less than nothing, or for no number", () => {
    fc.assert(
      fc.property(headers, time, (given, now) => {
        const wait = askedWait(given, now) ?? 0;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(300_000);
      }),
      runs(2_000),
    );
  });

  test("never give a clock that is no time", () => {
    fc.assert(
      fc.property(headers, time, (given, receivedAt) => {
        expect(serverTime(given)?.getTime()).not.toBeNaN();
        expect(clockSkew({ headers: given, receivedAt, roundTrip: 10 })).not.toBeNaN();
      }),
      runs(2_000),
    );
  });
});
