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
  ])("is not read from %j, which we would not have written", (text) => {
    expect(decodeRecord(text)).toBeUndefined();
  });

  it("is read from no text at random", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([decodeVersionId(text), decodeRecord(text)]).toEqual([undefined, undefined]);
      }),
    );
  });
});
