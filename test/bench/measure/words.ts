import { highest, lowest, median } from "./statistics.ts";

/** Three digits that count. */
export const number = (value: number | undefined, unit = ""): string => {
  if (value === undefined || !Number.isFinite(value)) return "?";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toFixed(Number.isInteger(value) ? 0 : digits);
  return `${text.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}${unit === "" ? "" : ` ${unit}`}`;
};

/** `7.02 (6.98 to 7.31)`: the median, and between what the rounds lay. */
export const spread = (values: readonly (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length === 0) return "?";
  if (known.length === 1) return number(known[0]);
  return `${number(median(known))} (${number(lowest(known))} to ${number(highest(known))})`;
};

export const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : "?");
