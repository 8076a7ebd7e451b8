import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLineageTag, encodeLineageTag } from "../../src/model/lineage-tag.ts";
import { decodeRecord, encodeRecord } from "../../src/model/record.ts";
import { decodeVersionId, encodeVersionId } from "../../src/model/version-id.ts";

const time = fc.integer({ min: 0, max: Date.UTC(2999, 0) / 1000 }).map((seconds) => new Date(seconds * 1000));
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 255 });

describe("a version id", () => {
  it("reads as the design writes it", () => {
    const named = {
      tokenId: 4711,
      storedAt: new Date("2026-11-23T03:00:05Z"),
      expiresAt: new Date("2027-02-21T02:55:47Z"),
    };
    const text = "deploy-token-0000004711-20261123T030005Z-20270221T025547Z";
    expect(encodeVersionId(named)).toBe(text);
    expect(decodeVersionId(text)).toEqual(named);
  });

  it("comes back as it went, within the 32 to 64 characters of AWS", () => {
    fc.assert(
      fc.property(id, time, time, (tokenId, storedAt, expiresAt) => {
        const text = encodeVersionId({ tokenId, storedAt, expiresAt });
        expect(text.length).toBeLessThanOrEqual(64);
        expect(decodeVersionId(text)).toEqual({ tokenId, storedAt, expiresAt });
      }),
    );
  });

  it.each([
    "deploy-token-4711-20261123T030005Z-20270221T025547Z",
    "deploy-token-0000000000-20261123T030005Z-20270221T025547Z",
    "deploy-token-0000004711-20261323T030005Z-20270221T025547Z",
    "deploy-token-0000004711-20260230T030005Z-20270221T025547Z",
    "deploy-token-00000004711-20261123T030005Z-20270221T025547Z",
    "deploy-token-9007199254740993-20261123T030005Z-20270221T025547Z",
    "deploy-token-0000004711-20261123T030005Z-20270221T025547Z ",
    "terraform-20261123030005000000000001",
    "",
  ])("is not read from %j, which we would not have written", (text) => {
    expect(decodeVersionId(text)).toBeUndefined();
  });
});

describe("a lineage tag", () => {
  it("reads as the design writes it", () => {
    const tag = encodeLineageTag("gitlab.example.com", { kind: "project", id: 42 }, "registry-pull");
    expect(tag).toBe("gitlab.example.com projects/42 registry-pull");
    expect(encodeLineageTag("h", { kind: "group", id: 7 }, "ä/b")).toBe("h groups/7 =C3=A4=2Fb");
  });

  it("keeps to the 256 characters of AWS, and gives back every name that fits", () => {
    fc.assert(
      fc.property(name, id, (token, targetId) => {
        const tag = encodeLineageTag("gitlab.example.com", { kind: "group", id: targetId }, token);
        const lineage = decodeLineageTag(tag);
        expect(tag.length).toBeLessThanOrEqual(256);
        expect(tag).toMatch(/^[A-Za-z0-9 _.:/=+@-]*$/);
        expect([token, undefined]).toContain(lineage?.token);
        expect(lineage).toMatchObject({ instance: "gitlab.example.com", kind: "group", targetId });
        if (tag.length < 256) expect(lineage?.token).toBe(token);
      }),
    );
  });

  it("tells two long names apart that differ only at the end", () => {
    const long = "x".repeat(254);
    const tags = ["a", "b"].map((end) => encodeLineageTag("h", { kind: "project", id: 1 }, `${long}${end}`));
    expect(new Set(tags).size).toBe(2);
    expect(decodeLineageTag(tags[0] ?? "")?.token).toBeUndefined();
  });

  it.each([
    "",
    "h projects/0 a",
    "h users/1 a",
    "h projects/1 =2f",
    "h projects/1 =41",
    "h projects/1 a/b",
    "projects/1 a",
  ])("is not read from %j, which we would not have written", (tag) => {
    expect(decodeLineageTag(tag)).toBeUndefined();
  });
});

/** Word by word, and written again: as slow as sure. */
const isWrittenSo = (text: string): boolean => {
  const words = text.split(" ");
  const textOf = (key: string): string =>
    words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
  const idsOf = (key: string): number[] => textOf(key).split("/").filter(Boolean).map(Number);
  const record = {
    at: new Date(textOf("at")),
    expires: new Date(textOf("expires")),
    existing: idsOf("existing"),
    strays: idsOf("strays"),
    leaked: words.includes("leaked"),
    undone: words.includes("undone"),
  };
  const isSound =
    [record.at, record.expires].every((date) => !Number.isNaN(date.getTime())) &&
    [...record.existing, ...record.strays].every((one) => Number.isSafeInteger(one) && one > 0);
  return isSound && encodeRecord(record) === text;
};

describe("a record", () => {
  const records = fc.record({
    at: time,
    expires: time,
    existing: fc.uniqueArray(id, { maxLength: 40 }),
    strays: fc.uniqueArray(id, { maxLength: 40 }),
    leaked: fc.boolean(),
    undone: fc.boolean(),
  });

  it("reads as the design writes it", () => {
    const text =
      "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z existing=4600 strays=4650/4651 leaked undone";
    expect(encodeRecord(decodeRecord(text)!)).toBe(text);
  });

  it("comes back as it went; ids past 256 characters are left out, never made up, and `undone` always finds room", () => {
    fc.assert(
      fc.property(records, (record) => {
        const text = encodeRecord(record);
        const back = decodeRecord(text)!;
        expect(text.length).toBeLessThanOrEqual(256);
        expect(back).toMatchObject({
          at: record.at,
          expires: record.expires,
          leaked: record.leaked,
          undone: record.undone,
        });
        expect(back.existing).toEqual(record.existing.slice(0, back.existing.length));
        expect(back.strays).toEqual(record.strays.slice(0, back.strays.length));
        expect(encodeRecord({ ...back, undone: true }).length).toBeLessThanOrEqual(256);
        const few = { ...record, existing: record.existing.slice(0, 4), strays: record.strays.slice(0, 4) };
        expect(decodeRecord(encodeRecord(few))).toEqual(few);
      }),
    );
  });

  it.each([
    "",
    "at=2026-11-23T03:00:05Z",
    "at=2026-11-23T03:00:05Z expires=soon",
    "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z existing=0",
    "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z existing=1/x",
    "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z more",
    "at=2026-02-30T03:00:05Z expires=2027-02-21T02:55:47Z",
    "at=2026-11-23T24:00:00Z expires=2027-02-21T02:55:47Z",
    "at=2026-11-23T03:00:60Z expires=2027-02-21T02:55:47Z",
    "at=2026-11-23T03:00:05Z  expires=2027-02-21T02:55:47Z",
    "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z strays=1 existing=2",
    "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z undone leaked",
    "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z strays=9007199254740993",
  ])("is not read from %j, which we would not have written", (text) => {
    expect(decodeRecord(text)).toBeUndefined();
  });

  it("is read from exactly what it would be written as", () => {
    const digits = fc.integer({ min: 0, max: 62 }).map((number) => String(number).padStart(2, "0"));
    const aTime = fc
      .tuple(fc.constantFrom("0000", "2026", "2028"), digits, digits, digits, digits, digits)
      .map(
        ([year, month, day, hour, minute, second]) => `${year}-${month}-${day}T${hour}:${minute}:${second}Z`,
      );
    const sound = time.map((date) => `${date.toISOString().slice(0, 19)}Z`);
    const ids = fc.array(fc.oneof(id, fc.constantFrom("0", "01", "", "9007199254740993")), { maxLength: 30 });
    const words = fc.tuple(
      fc.oneof(sound, aTime).map((text) => `at=${text}`),
      fc.oneof(sound, aTime).map((text) => `expires=${text}`),
      fc.option(ids.map((some) => `existing=${some.join("/")}`)),
      fc.option(ids.map((some) => `strays=${some.join("/")}`)),
      fc.option(fc.constantFrom("leaked", "undone")),
      fc.option(fc.constantFrom("leaked", "undone", "")),
    );
    fc.assert(
      fc.property(words, (some) => {
        const text = some.filter((word) => word !== null).join(" ");
        const record = decodeRecord(text);
        if (record !== undefined) expect(encodeRecord(record)).toBe(text);
        else expect(isWrittenSo(text)).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is read from no text at random", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([decodeVersionId(text), decodeRecord(text)]).toEqual([undefined, undefined]);
      }),
    );
  });
});
