import fc from "fast-check";

type Path = readonly (string | number)[];

/** The path of every value in plain data, the whole first. */
export const everyPath = (data: unknown, path: Path = []): readonly Path[] => {
  if (typeof data !== "object" || data === null) return [path];
  const steps = Array.isArray(data)
    ? data.map((item, index) => [index, item] as const)
    : Object.entries(data);
  return [path, ...steps.flatMap(([step, value]) => everyPath(value, [...path, step]))];
};

export const replaced = (data: unknown, [step, ...rest]: Path, value: unknown): unknown => {
  if (step === undefined) return value;
  const copy = structuredClone(data) as Record<string | number, unknown>;
  copy[step] = replaced(copy[step], rest, value);
  return copy;
};

/** What a server may write where something else is expected; as text, since not all of it comes from JSON.stringify. */
export const jsonText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...'null true false 0 -1 0.5 1e400 -1e400 1e21 9007199254740993 [] {} [null] [[]] "" " "'.split(" "),
    `"${"x".repeat(5_000)}"`,
    `${"[".repeat(3_000)}${"]".repeat(3_000)}`,
    `[${"{},".repeat(3_000)}{}]`,
    `[${"1,".repeat(60_000)}1]`,
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    '{"length":3,"0":1,"toString":null,"then":1}',
    String.raw`"\ud800"`,
    String.raw`"\u001b[2J\u202e\n\u0000../{{path}}"`,
    '"2026-02-30T00:00:00Z"',
    '"+275760-09-13T00:00:00Z"',
    '"9999-12-31T23:59:59-23:59"',
  ),
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify(text)),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.json({ maxDepth: 3 }),
);

const MARK = "\u0000here\u0000";

/** A good answer as text, with any one value of it replaced. */
export const oneValueReplaced = (good: unknown, value = jsonText): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...everyPath(good)), value)
    .map(([path, text]) =>
      JSON.stringify(replaced(good, path, MARK)).replace(JSON.stringify(MARK), () => text),
    );

/** Text that need not be JSON at all. */
export const rubbish: fc.Arbitrary<string> = fc.oneof(
  jsonText,
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom("", "<html><body>Sign in</body></html>", "{", "[", "\ufeff{}", "}".repeat(1_000), "\u0000"),
);
