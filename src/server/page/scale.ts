import { html } from "hono/html";
import { DAY } from "../../model/duration.ts";
import type { Markup } from "./parts.ts";

export const WEEKS = 26;
const WEEK = 7 * DAY;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The coming half year as percentages of a width. */
export interface Scale {
  readonly start: Date;
  readonly weeks: number;
  /** Within 0 and 100, whatever the time. */
  at(time: Date): number;
  readonly months: readonly { readonly label: string; readonly at: number }[];
}

/** From the midnight before, in UTC. */
export const scaleFrom = (now: Date): Scale => {
  const start = new Date(Math.floor(now.getTime() / DAY) * DAY);
  const at = (time: Date): number =>
    Math.min(100, Math.max(0, ((time.getTime() - start.getTime()) / (WEEKS * WEEK)) * 100));
  const first = start.getUTCMonth() + 1;
  const months = Array.from({ length: 6 }, (_, index) => {
    const month = new Date(Date.UTC(start.getUTCFullYear(), first + index, 1));
    return { label: MONTHS[month.getUTCMonth()] ?? "", at: at(month) };
  }).filter((month) => month.at < 97);
  return { start, weeks: WEEKS, at, months };
};

/** The week that a time falls in; what is past falls in the first. `undefined` past the end. */
export const weekOf = ({ start }: Scale, time: Date): number | undefined => {
  const week = Math.max(0, Math.floor((time.getTime() - start.getTime()) / WEEK));
  return week < WEEKS ? week : undefined;
};

export const weekStart = ({ start }: Scale, week: number): Date => new Date(start.getTime() + week * WEEK);

export const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;

/** Lines where months begin. */
export const monthLines = ({ months }: Scale): readonly Markup[] =>
  months.map(
    ({ at }) => html`<line class="grid" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="100%"></line>`,
  );
