/** Something wrong with the text as such. Both numbers count from 1. */
export interface TextProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type Decoded =
  | { readonly text: string; readonly problem?: never }
  | { readonly problem: TextProblem; readonly text?: never };

const MAX_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** Bytes to text that is safe to parse: UTF-8, of a sane size, without characters that YAML forbids. */
export const decodePolicy = (bytes: Uint8Array): Decoded => {
  if (bytes.length > MAX_BYTES)
    return atStart(`${bytes.length} bytes, expected at most ${MAX_BYTES} (1 MiB)`);
  if (isUtf16(bytes)) return atStart("UTF-16 text, expected UTF-8: save it as UTF-8");
  const text = decodeUtf8(bytes);
  if (text === undefined) return { problem: firstBadByte(bytes) };
  const problem = forbiddenCharacter(text);
  return problem === undefined ? { text } : { problem };
};

const atStart = (message: string): Decoded => ({ problem: { line: 1, column: 1, message } });

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const firstBadByte = (bytes: Uint8Array): TextProblem => {
  let [line, start] = [1, 0];
  for (let end = lineEnd(bytes, 0); decodeUtf8(bytes.subarray(start, end)) !== undefined; ) {
    if (end >= bytes.length) break;
    line += 1;
    start = end;
    end = lineEnd(bytes, start);
  }
  const good = validPrefix(bytes.subarray(start, lineEnd(bytes, start)));
  const offset = start + good.bytes;
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, "0");
  return {
    line,
    column: good.characters + 1,
    message: `byte ${offset} (0x${byte}) is not valid UTF-8: save the file as UTF-8`,
  };
};

const lineEnd = (bytes: Uint8Array, from: number): number => {
  const end = bytes.indexOf(LINE_FEED, from);
  return end === -1 ? bytes.length : end + 1;
};

/** The longest prefix that decodes, by bisection: whatever is valid up to a byte is valid, or cut short, before it. */
const validPrefix = (line: Uint8Array): { readonly bytes: number; readonly characters: number } => {
  let [good, bad] = [0, line.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodesSoFar(line.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  for (let cut = good; ; cut -= 1) {
    const text = decodeUtf8(line.subarray(0, cut));
    if (text !== undefined) return { bytes: cut, characters: text.length };
  }
};

const decodesSoFar = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};

const forbiddenCharacter = (text: string): TextProblem | undefined => {
  const found = /(?![\t\n\r\u0085])\p{Cc}|[\ufffe\uffff]|\r(?!\n)/u.exec(text);
  if (found === null) return undefined;
  const before = text.slice(0, found.index).split("\n");
  const place = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
  if (found[0] === "\r") {
    return {
      ...place,
      message: "a carriage return that ends no line, expected lines that end in LF or CRLF",
    };
  }
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return { ...place, message: `the control character U+${code}, which YAML does not allow: remove it` };
};
