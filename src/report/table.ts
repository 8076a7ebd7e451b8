import Table from "cli-table3";
import { paint, type Style, textWidth, truncate } from "./text.ts";

const GAP = 2;
const MIN_COLUMNS = 80;

/** No lines between the cells: they cost columns, and the rows paste into tickets as they are. */
const PLAIN = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"]
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat("left-mid", "mid-mid", "right-mid", "middle")
    .map((name) => [name, ""]),
);

export interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The columns of free length, which give way so that no id or date is ever cut. */
  readonly elastic: readonly number[];
}

/** The painted head, then one line a row, each at most as wide as the terminal (80 columns at least). */
export const tableLines = (
  cells: Cells,
  style: Style,
  paintRow: (line: string, index: number) => string,
): readonly [head: string, ...rows: string[]] => {
  const rows = narrow(cells, Math.max(MIN_COLUMNS, style.columns));
  const grid = new Table({
    head: [...cells.head],
    chars: PLAIN,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": GAP },
  });
  grid.push(...rows.map((row) => [...row]));
  const [head = "", ...body] = grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  return [paint(style, "bold", head), ...body.map(paintRow)];
};

/** The first keeps the most: it holds paths. */
const WEIGHTS = [3, 2, 3];

/** Those that are wider than their share give way, until all fit. */
const shrink = (widths: readonly number[], room: number): readonly number[] => {
  let open = widths.map((_, index) => index);
  let left = room;
  const given = [...widths];
  while (open.length > 0) {
    const total = open.reduce((sum, index) => sum + (WEIGHTS[index] ?? 1), 0);
    const share = (index: number): number => Math.floor((left * (WEIGHTS[index] ?? 1)) / total);
    const fitting = open.filter((index) => (widths[index] ?? 0) <= share(index));
    if (fitting.length === 0) {
      for (const index of open) given[index] = share(index);
      const [first = 0] = open;
      const rest = left - open.reduce((sum, index) => sum + share(index), 0);
      given[first] = (given[first] ?? 0) + rest;
      return given;
    }
    left -= fitting.reduce((sum, index) => sum + (widths[index] ?? 0), 0);
    open = open.filter((index) => !fitting.includes(index));
  }
  return given;
};

const narrow = ({ head, rows, elastic }: Cells, columns: number): readonly string[][] => {
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => textWidth(row[index] ?? ""))),
  );
  const natural = elastic.map((index) => widths[index] ?? 0);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  const fixed = sum(widths) - sum(natural);
  const given = shrink(natural, columns - fixed - GAP * (head.length - 1));
  return rows.map((row) =>
    row.map((cell, index) => {
      const place = elastic.indexOf(index);
      return place === -1 ? cell : truncate(cell, given[place] ?? 0);
    }),
  );
};
