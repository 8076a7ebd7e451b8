import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLeaks } from "./searcher.ts";

const TOKEN = "gldt-0aB_cD-eF1gH2iJ3kL4m";
const KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const hidden = { depth: Number.POSITIVE_INFINITY, showHidden: true };
const utf8 = (value: string): Buffer => Buffer.from(value, "utf8");

const PLANTS: readonly (readonly [string, (value: string) => string])[] = [
  ["plain", (value) => `the token ${value} was refused`],
  ["cut off", (value) => `${value.slice(0, -6)}…`],
  ["cut off in front", (value) => `…${value.slice(6)}`],
  ["a Basic header", (value) => utf8(`puller:${value}`).toString("base64")],
  ["a Basic header, one further", (value) => utf8(`puller2:${value}`).toString("base64")],
  ["a Basic header, two further", (value) => utf8(`puller22:${value}`).toString("base64")],
  ["base64 in the middle of something", (value) => utf8(`{"auth":"${value}","more":1}`).toString("base64")],
  ["base64url", (value) => utf8(`>>>${value}???`).toString("base64url")],
  ["hex", (value) => utf8(value).toString("hex")],
  ["a Buffer", (value) => inspect(Object.assign(utf8(value)), hidden)],
  ["a query", (value) => new URLSearchParams({ token: value }).toString()],
  ["a query in a query", (value) => encodeURIComponent(`x?token=${encodeURIComponent(value)}`)],
  ["JSON in JSON", (value) => JSON.stringify(JSON.stringify({ token: value }))],
  ["a field", (value) => inspect({ deep: { er: [{ token: value }] } }, hidden)],
  ["a field that does not show", (value) => inspect(Object.defineProperty({}, "token", { value }), hidden)],
  ["a symbol's field", (value) => inspect({ [Symbol("kept")]: value }, hidden)],
  ["a map", (value) => inspect(new Map([["token", new Set([value])]]), hidden)],
  ["an error's cause", (value) => inspect(new Error("no", { cause: new Error(`bad ${value}`) }), hidden)],
];

describe("the search for secrets", () => {
  it.each(PLANTS)("finds a planted leak: %s", (_, plant) => {
    for (const value of [TOKEN, KEY]) {
      expect(findLeaks(`some words, ${plant(value)}, and more`, [value])).not.toEqual([]);
    }
  });

  it("finds any token in base64, wherever it begins", () => {
    const text = fc.string({ maxLength: 20 });
    const token = fc.string({ unit: fc.constantFrom(..."abcXYZ019_-"), minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(text, token, text, (front, value, back) => {
        const encoded = utf8(`${front}${value}${back}`).toString("base64");
        expect(findLeaks(encoded, [value])).not.toEqual([]);
      }),
    );
  });

  it("finds nothing where there is nothing", () => {
    const noise = Array.from({ length: 2_000 }, () => randomBytes(40).toString("base64")).join("\n");
    expect(findLeaks(`${noise} [secret] gldt- glpat-`, [TOKEN, KEY])).toEqual([]);
  });
});
