import { styleText } from "node:util";

export { count, dateTime, relativeTime, safeText } from "../model/words.ts";

export interface Style {
  readonly color: boolean;
  /** Columns of the terminal; `Infinity` where lines need not be broken. */
  readonly columns: number;
}

type Format = Parameters<typeof styleText>[0];

/** Colours by the style alone: what the environment says about colours is the shell's to read. */
export const paint = (style: Style, format: Format, text: string): string =>
  style.color ? styleText(format, text, { validateStream: false }) : text;

const ZERO_WIDTH = /^\p{M}$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{20000}-\u{3fffd}]$/u;

const characterWidth = (character: string): number => {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
};

/** Most texts, our own signs among them: a column for each character. */
const NARROW = /^[\x20-\x7e→…]*$/;

/** Columns that a text without escape sequences takes on a terminal. */
export const textWidth = (text: string): number =>
  NARROW.test(text)
    ? text.length
    : Array.from(text).reduce((width, character) => width + characterWidth(character), 0);

/** As many characters as fit, from the front. */
const fitting = (characters: readonly string[], columns: number): number => {
  let width = 0;
  const end = characters.findIndex((character) => {
    width += characterWidth(character);
    return width > columns;
  });
  return end === -1 ? characters.length : end;
};

/** Cuts in the middle: of a path, both the top and the project tell which one it is. */
export const truncate = (text: string, columns: number): string => {
  if (textWidth(text) <= columns) return text;
  const characters = Array.from(text);
  const head = characters.slice(0, fitting(characters, Math.floor((columns - 1) / 2)));
  const backwards = characters.toReversed();
  const tail = backwards.slice(0, fitting(backwards, Math.ceil((columns - 1) / 2))).toReversed();
  return `${head.join("")}…${tail.join("")}`;
};

const MIN_COLUMNS = 40;

/** Breaks a text at spaces, and a word that is too long for a line anywhere. The first line starts with `indent` too. */
export const wrap = (text: string, columns: number, indent: string): string => {
  const room = Math.max(MIN_COLUMNS, columns) - indent.length;
  // No character takes more than two columns.
  const fits = text.length * 2 <= room || (text.length <= room && NARROW.test(text));
  if (fits && !text.startsWith(" ")) return `${indent}${text}`;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((long) => chop(long, room))) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => `${indent}${each}`).join("\n");
};

const chop = (word: string, columns: number): string[] => {
  if (word.length * 2 <= columns) return [word];
  const pieces: string[] = [];
  let piece = "";
  let width = 0;
  for (const character of word) {
    width += characterWidth(character);
    if (width > columns) {
      pieces.push(piece);
      piece = "";
      width = characterWidth(character);
    }
    piece += character;
  }
  return [...pieces, piece];
};
