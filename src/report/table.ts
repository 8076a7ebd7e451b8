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
  /** The two columns of free length, which give way so that no id or date is ever cut. */
  readonly elastic: readonly [number, number];
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

const narrow = ({ head, rows, elastic: [first, second] }: Cells, columns: number): readonly string[][] => {
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => textWidth(row[index] ?? ""))),
  );
  const [one, other] = [widths[first] ?? 0, widths[second] ?? 0];
  const fixed = widths.reduce((sum, width) => sum + width, 0) - one - other;
  const room = columns - fixed - GAP * (head.length - 1);
  const otherRoom = Math.min(other, Math.max(Math.floor(room * 0.4), room - one));
  const oneRoom = Math.min(one, room - otherRoom);
  return rows.map((row) =>
    row.map((cell, index) => {
      if (index === first) return truncate(cell, oneRoom);
      return index === second ? truncate(cell, otherRoom) : cell;
    }),
  );
};
