import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainFields } from "../../src/log-fields.ts";
import { Secret } from "../../src/model/secret.ts";
import { findLeaks } from "../leaks/searcher.ts";

const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, showProxy: true };

const onConsole = (value: unknown): string => {
  const stream = new PassThrough();
  const console = new Console({ stdout: stream, stderr: stream });
  console.log(value);
  console.dir(value, everything);
  console.table([value]);
  console.error("%s %o %O %j", value, value, value, value);
  return String(stream.read());
};

const caught = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

/** Whatever a program may do to a value by mistake. */
const MISTAKES: readonly (readonly [string, (secret: Secret) => unknown])[] = [
  ["a template", (secret) => `${secret}`],
  ["a sum", (secret) => `the value is ${String(secret)}`],
  ["JSON", (secret) => JSON.stringify({ secret, list: [secret] })],
  ["inspect", (secret) => inspect({ secret }, everything)],
  ["inspect without its own word", (secret) => inspect(secret, { ...everything, customInspect: false })],
  ["format", (secret) => format("%s %d %i %f %o %O %j %%", ...Array(7).fill(secret))],
  ["a console", (secret) => onConsole({ secret, nested: new Map([[secret, new Set([secret])]]) })],
  ["a spread", (secret) => JSON.stringify([{ ...secret }, Object.entries(secret), Object.keys(secret)])],
  ["its properties", (secret) => inspect(Object.getOwnPropertyDescriptors(secret), everything)],
  [
    "structuredClone",
    (secret) =>
      inspect(
        caught(() => structuredClone({ secret })),
        everything,
      ),
  ],
  ["v8.serialize", (secret) => serialize({ secret }).toString("latin1")],
  ["an error's message", (secret) => inspect(new Error(`failed: ${secret}`), everything)],
  ["an error's cause", (secret) => inspect(new Error("failed", { cause: { secret } }), everything)],
  [
    "a wrong call",
    (secret) =>
      inspect(
        caught(() => (secret as unknown as () => void)()),
        everything,
      ),
  ],
  [
    "a wrong URL",
    (secret) =>
      inspect(
        caught(() => new URL(secret as unknown as string)),
        everything,
      ),
  ],
  ["a header", (secret) => inspect(new Headers({ token: secret as unknown as string }), everything)],
  ["a query", (secret) => new URLSearchParams({ token: secret as unknown as string }).toString()],
  [
    "a log line",
    (secret) => JSON.stringify(plainFields({ secret, deep: { er: [secret] } }, { stacks: true })),
  ],
  ["a proxy", (secret) => inspect(new Proxy(secret, {}), everything)],
];

const token = fc
  .tuple(
    fc.constantFrom("gldt-", "glpat-", "acme-gldt-", ""),
    fc.string({ unit: fc.constantFrom(..."abcdefXYZ0189_-/+"), minLength: 20, maxLength: 60 }),
  )
  .map((parts) => parts.join(""));

describe("a secret", () => {
  it.each(MISTAKES)("shows nothing of its value by way of %s", (_, mistake) => {
    fc.assert(
      fc.property(token, (value) => {
        expect(findLeaks(String(mistake(new Secret(value))), [value])).toEqual([]);
      }),
    );
  });

  it("gives its value to whoever asks for it by name", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(new Secret(value).reveal()).toBe(value);
      }),
    );
  });
});
