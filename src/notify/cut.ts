/** The beginning of a text, without half a character at its end. */
export const cut = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
};

export interface Line {
  readonly text: string;
  /** How many items it stands for. */
  readonly items: number;
}

/** As many lines as fit, and how many items were left out. */
export const fitLines = (
  lines: readonly Line[],
  max: number,
): { readonly lines: readonly string[]; readonly leftOut: number } => {
  const kept: string[] = [];
  let [length, leftOut] = [0, 0];
  for (const { text, items } of lines) {
    if (leftOut === 0 && length + text.length + 1 <= max) {
      kept.push(text);
      length += text.length + 1;
    } else {
      leftOut += items;
    }
  }
  return { lines: kept, leftOut };
};
