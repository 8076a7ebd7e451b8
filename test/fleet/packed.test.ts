import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pack, unpack } from "../../src/fleet/packed.ts";

describe("what is packed for Redis", () => {
  test("comes back as it was, dates and all", async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.date({ noInvalidDate: true }),
      fc.record({
        at: fc.date({ noInvalidDate: true }),
        list: fc.array(fc.record({ until: fc.date({ noInvalidDate: true }) })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        fc.pre(!JSON.stringify(given).includes("$time") && !JSON.stringify(given).includes("__proto__"));
        expect(JSON.stringify(await unpack(await pack(given)))).toBe(JSON.stringify(given));
      }),
    );
    expect(await unpack(await pack({ at: new Date(5), not: "1970-01-01T00:00:00.005Z" }))).toEqual({
      at: new Date(5),
      not: "1970-01-01T00:00:00.005Z",
    });
  });

  test("is a tenth as long where much is the same", async () => {
    const items = Array.from({ length: 500 }, (_, id) => ({ kind: "project", id, path: `platform/p${id}` }));
    expect((await pack(items)).length).toBeLessThan(JSON.stringify(items).length / 5);
  });
});
