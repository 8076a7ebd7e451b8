const MAX_DEPTH = 50;
const MAX_VALUES = 50_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Whether a text, as JSON, has no more values and levels than any answer that we ask for. Ten megabytes of brackets keep
 * `JSON.parse` busy for ten seconds, and a checker that lists what is wrong with each of a million values fills the memory;
 * looking at the text first takes milliseconds.
 */
export const isModestJson = (text: string): boolean => {
  // Anything else (a page in HTML) is refused by the parser at its first character.
  if (!/^\s*[[{]/.test(text)) return true;
  let [depth, values] = [0, 0];
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case COMMA:
        values += 1;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values += 1;
        depth += 1;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
    }
    if (values > MAX_VALUES || depth > MAX_DEPTH) return false;
  }
  return true;
};

/** The index of the closing quote, or past the end. */
const endOfString = (text: string, start: number): number => {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length;
    let slashes = 0;
    while (quote - slashes > from && text.charCodeAt(quote - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
    from = quote + 1;
  }
};
