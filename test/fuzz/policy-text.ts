import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { mutated } from "./runs.ts";

const corpus = new URL("../policy/corpus/", import.meta.url);
const textsOf = (folder: URL): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => readFileSync(new URL(file, folder), "utf8"))
    .filter((text) => text.length < 4_000);

const GOOD = [
  ...textsOf(new URL("valid/", corpus)),
  readFileSync(new URL("../../rotation.yaml", import.meta.url), "utf8"),
];
const BROKEN = textsOf(corpus);

/** What means more in YAML than it seems. */
const NASTY = fc.constantFrom(
  ..."& * ! | > % @ ` ' \" # ? : - { } [ ] , ~ << = \\".split(" "),
  ...[
    "&a ",
    "*a",
    "!!str ",
    "!!binary ",
    "!<x> ",
    "<<: *a\n",
    "? ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "- - - ",
  ],
  ...[
    "|\n  x\n",
    ">-\n",
    "0x1f",
    "1e9",
    ".nan",
    "2026-01-01",
    "yes",
    "null",
    "__proto__: 1\n",
    "constructor",
  ],
  ...[
    "\t",
    "\r",
    "\r\n",
    "\n\n",
    "\u0000",
    "\ufeff",
    "\u0085",
    "\u2028",
    "\u202e",
    "\u200b",
    "\u00a0",
    "\u{1f600}",
  ],
  ..."[".repeat(3).split(""),
  "[".repeat(200),
  "{a: ".repeat(70),
  "x".repeat(600),
  "9".repeat(400),
);

const base = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...GOOD) }, fc.constantFrom(...BROKEN));
const twice = (text: string): fc.Arbitrary<string> =>
  mutated(text, NASTY).chain((once) => fc.oneof(fc.constant(once), mutated(once, NASTY)));

const KINDS: readonly { readonly is: RegExp; readonly other: fc.Arbitrary<string> }[] = [
  {
    is: /\b\d+[smhdw]\b/g,
    other: fc.constantFrom("0s", "20m", "1h", "23h", "24h", "30d", "89d", "90d", "3650d"),
  },
  { is: /\b\d+\b/g, other: fc.constantFrom("0", "1", "2", "64", "65", "1000001", "-1") },
  {
    is: /(?<=[ "[/])[a-z][a-z-]*[a-z](?=[ ",\]/}\n])/g,
    other: fc.constantFrom(
      "..",
      ".",
      "a b",
      "ä",
      "{name}",
      "{id}",
      "platform",
      "api",
      "read_registry",
      "x".repeat(600),
    ),
  },
];

/** One word in another's place, of its kind: what only the rules across keys can tell. */
const swapped = (text: string): fc.Arbitrary<string> => {
  const places = KINDS.flatMap(({ is, other }) =>
    Array.from(text.matchAll(is), ({ 0: word, index }) => ({ word, index, other })),
  );
  if (places.length === 0) return fc.constant(text);
  return fc
    .constantFrom(...places)
    .chain(({ word, index, other }) =>
      other.map((put) => text.slice(0, index) + put + text.slice(index + word.length)),
    );
};

/** Good policies in which one or two words are others. */
export const reworded: fc.Arbitrary<string> = fc
  .constantFrom(...GOOD)
  .chain(swapped)
  .chain(swapped);

/** Policies and broken policies with one or two small changes. */
export const nearPolicy: fc.Arbitrary<string> = base.chain(twice);

/** The head of one file and the tail of another. */
export const spliced: fc.Arbitrary<string> = fc
  .tuple(base, base, fc.nat(4_000), fc.nat(4_000))
  .map(([one, other, end, start]) => one.slice(0, end) + other.slice(start));
