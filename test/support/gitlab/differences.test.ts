import { describe, expect, test } from "vitest";
import { differences, type Strictness } from "./differences.ts";

const between = (strictness: Strictness, recorded: unknown, ours: unknown): string[] =>
  differences(recorded, ours, { strictness, at: "" });

describe("differences", () => {
  test.each<[Strictness, unknown, unknown, string[]]>([
    ["shape", { a: 1 }, { a: 2 }, []],
    ["value", { a: 1 }, { a: 2 }, ["a is 2, recorded as 1"]],
    ["value", { a: null }, { a: null }, []],
    ["shape", { a: null }, { a: "x" }, ["a is string, recorded as null"]],
    ["shape", { a: [] }, { a: {} }, ["a is object, recorded as array"]],
    ["shape", { a: 1, b: 1 }, { a: 1 }, ["b is missing"]],
    ["subset", { a: 1, b: 1 }, { a: 1 }, []],
    ["subset", { a: 1 }, { a: 1, c: 1 }, ["c is not in the recording"]],
    ["subset", { a: { b: 1 } }, { a: { b: "1" } }, ["a.b is string, recorded as number"]],
    ["value", [], [1], ["the body has 1 items, recorded 0"]],
    ["value", [{ a: 1 }], [{ a: 2 }], ["[0].a is 2, recorded as 1"]],
    ["shape", { a: 1 }, "", ["the body is string, recorded as object"]],
  ])("by %s, between %j and %j", (strictness, recorded, ours, expected) => {
    expect(between(strictness, recorded, ours)).toEqual(expected);
  });
});
