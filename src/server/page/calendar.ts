import { html } from "hono/html";
import type { LineageStatus } from "../../model/status.ts";
import { dateTime } from "../../model/words.ts";
import { figure, type Markup } from "./parts.ts";
import { monthLines, percent, type Scale, scaleFrom, WEEKS, weekOf, weekStart } from "./scale.ts";

interface Week {
  renewals: number;
  expiries: number;
  deletions: number;
}

const HEIGHT = 132;
const TOP = 16;

/** How much comes due in each week of the coming half year, over everything that is selected. */
export const calendar = (lineages: readonly LineageStatus[], now: Date): Markup => {
  const scale = scaleFrom(now);
  const weeks = countWeeks(lineages, scale);
  const highest = Math.max(1, ...weeks.flatMap(({ renewals, expiries }) => [renewals, expiries]));
  return html`<section aria-labelledby="months" class="card">
<h2 id="months">The coming months</h2>
<p class="legend" aria-hidden="true"><span class="key key-renewals">renewals a week</span> <span class="key key-expiries">expiries, if nothing were renewed</span></p>
<svg class="chart" width="100%" height="${HEIGHT + 20}" role="img" aria-label="Renewals and expiries a week for ${WEEKS} weeks; the table below has the numbers.">
<line class="base" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"></line>
${monthLines(scale)}
<text class="most" x="0" y="11">${figure(highest)}</text>
${weeks.map((week, index) => columns(week, index, highest))}
${scale.months.map(({ label, at }) => html`<text x="${percent(at)}" y="${HEIGHT + 15}">${label}</text>`)}
</svg>
<details><summary>As a table</summary>${table(weeks, scale)}</details>
</section>`;
};

const countWeeks = (lineages: readonly LineageStatus[], scale: Scale): readonly Week[] => {
  const weeks: Week[] = Array.from({ length: WEEKS }, () => ({ renewals: 0, expiries: 0, deletions: 0 }));
  const add = (time: Date | undefined, what: keyof Week): void => {
    const week = time && weeks[weekOf(scale, time) ?? WEEKS];
    if (week !== undefined) week[what] += 1;
  };
  for (const { renewsAt, expiresAt, waiting } of lineages) {
    add(renewsAt, "renewals");
    add(expiresAt, "expiries");
    for (const { until } of waiting) add(until, "deletions");
  }
  return weeks;
};

const columns = ({ renewals, expiries }: Week, index: number, highest: number): Markup => {
  const slot = 100 / WEEKS;
  const column = (kind: string, value: number, offset: number): Markup | "" => {
    if (value === 0) return "";
    const height = Math.max(2, Math.round((value / highest) * (HEIGHT - TOP)));
    return html`<rect class="column column-${kind}" x="${percent((index + offset) * slot)}" width="${percent(slot * 0.36)}" y="${HEIGHT - height}" height="${height}" rx="1"></rect>`;
  };
  return html`${column("renewals", renewals, 0.12)}${column("expiries", expiries, 0.52)}`;
};

const table = (weeks: readonly Week[], scale: Scale): Markup => html`<table class="plain">
<thead><tr><th scope="col">Week from</th><th scope="col">Renewals</th><th scope="col">Expiries</th><th scope="col">Old tokens deleted</th></tr></thead>
<tbody>${weeks.map(
  ({ renewals, expiries, deletions }, index) =>
    html`<tr><th scope="row">${dateTime(weekStart(scale, index)).slice(0, 10)}</th><td>${figure(renewals)}</td><td>${figure(expiries)}</td><td>${figure(deletions)}</td></tr>`,
)}</tbody></table>`;
