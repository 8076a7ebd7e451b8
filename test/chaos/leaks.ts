import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Base64 of a text that stands anywhere in a longer one: what is the same whatever stands around it, by its offset. */
const base64Within = (text: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${"x".repeat(offset)}${text}`)
      .toString("base64")
      .replace(/=+$/, "");
    // Characters that also hold bits of a neighbour are left out.
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + text.length) * 8) / 6));
  });

const formsOf = (value: string): readonly string[] => [
  ...new Set([
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString("hex"),
    ...base64Within(value),
    ...base64Within(value).map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
  ]),
];

const cache = new Map<string, readonly string[]>();

/** The values that the text holds, plain or encoded. A prefix is enough of each: nobody should have to read the rest. */
export const leaksIn = (text: string, values: readonly string[]): readonly string[] =>
  values.flatMap((value) => {
    const forms = cache.get(value) ?? formsOf(value);
    cache.set(value, forms);
    return forms.some((form) => text.includes(form)) ? [`${value.slice(0, 9)}…`] : [];
  });

/** Every file below the folder but those of `except`, which may hold values. */
export const leaksBelow = (folder: string, except: string, values: readonly string[]): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(`${except}/`))
    .flatMap((path) =>
      leaksIn(`${path}\n${readFileSync(path, "latin1")}`, values).map((value) => `${value} in ${path}`),
    );
