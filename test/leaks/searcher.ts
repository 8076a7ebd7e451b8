/** A way to write a value down. */
interface Form {
  readonly name: string;
  readonly text: string;
}

/** What is certain of a value in base64, whatever stands before and behind it. */
const base64 = (value: string, encoding: "base64" | "base64url"): Form[] =>
  [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    // The first characters are made of the bytes before, the last one may be of those behind.
    const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return { name: `${encoding} at ${offset}`, text: bytes.toString(encoding).slice(first, end) };
  });

const percent = (value: string): string =>
  [...Buffer.from(value)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

/** Enough of a value to be no coincidence, and too much to be shown. */
const PIECE = 8;

const forms = (value: string): readonly Form[] => {
  const hex = Buffer.from(value).toString("hex");
  return [
    { name: "plain", text: value },
    { name: "its beginning", text: value.replace(/^gl[a-z]+-/, "").slice(0, PIECE) },
    { name: "its end", text: value.slice(-PIECE) },
    { name: "backwards", text: [...value].reverse().join("") },
    ...base64(value, "base64"),
    ...base64(value, "base64url"),
    { name: "URL", text: encodeURIComponent(value) },
    { name: "URL, twice", text: encodeURIComponent(encodeURIComponent(value)) },
    { name: "URL, every byte", text: percent(value) },
    { name: "hex", text: hex },
    { name: "HEX", text: hex.toUpperCase() },
    { name: "a Buffer", text: hex.replaceAll(/(..)(?!$)/g, "$1 ") },
    { name: "JSON", text: inJson(value) },
    { name: "JSON in JSON", text: inJson(inJson(value)) },
    { name: "JSON with slashes escaped", text: inJson(value).replaceAll("/", "\\/") },
  ];
};

export interface Leak {
  readonly form: string;
  /** What stands around it. */
  readonly where: string;
}

/** Where a text shows one of the values, in whatever form. */
export const findLeaks = (text: string, values: readonly string[]): readonly Leak[] =>
  values.flatMap((value) =>
    forms(value).flatMap(({ name, text: form }) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [{ form: name, where: text.slice(Math.max(0, at - 80), at + form.length + 20) }];
    }),
  );
