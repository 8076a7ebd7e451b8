import { html } from "hono/html";
import type { LineageStatus } from "../../model/status.ts";
import { dateTime, relativeTime } from "../../model/words.ts";
import { type Markup, title } from "./parts.ts";
import { monthLines, percent, type Scale, scaleFrom } from "./scale.ts";

const SHOWN = 8;

/** Those whose next change comes soonest, each with its life as a bar. The words beside say the same. */
export const comingUp = (lineages: readonly LineageStatus[], now: Date): Markup => {
  const next = soonest(lineages, now);
  const scale = scaleFrom(now);
  return html`<section aria-labelledby="coming" class="card">
<h2 id="coming">Coming up</h2>
${
  next.length === 0
    ? html`<p class="quiet">Nothing is known to change.</p>`
    : html`<p class="legend" aria-hidden="true"><span class="key key-life">in use</span> <span class="key key-window">may be renewed</span> <span class="key key-overlap">old token still works</span></p>
<div class="axis" aria-hidden="true"><svg width="100%" height="18" focusable="false">${scale.months.map(
        ({ label, at }) => html`<text x="${percent(at)}" y="13">${label}</text>`,
      )}</svg></div>
<ol class="rows">${next.map((lineage) => row(lineage, scale, now))}</ol>`
}
</section>`;
};

const nextChange = ({ renewsAt, expiresAt, waiting }: LineageStatus, now: Date): number => {
  const times = [renewsAt, expiresAt, ...waiting.map(({ until }) => until)].flatMap(
    (time) => time?.getTime() ?? [],
  );
  const coming = times.filter((time) => time >= now.getTime());
  return coming.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...coming);
};

const soonest = (lineages: readonly LineageStatus[], now: Date): readonly LineageStatus[] =>
  lineages
    .map((lineage) => ({ lineage, next: nextChange(lineage, now) }))
    .filter(({ next }) => Number.isFinite(next))
    .sort((one, other) => one.next - other.next)
    .slice(0, SHOWN)
    .map(({ lineage }) => lineage);

const row = (lineage: LineageStatus, scale: Scale, now: Date): Markup => html`<li>
<p>${title(lineage)}<span class="said">${said(lineage, now)}</span></p>
<svg width="100%" height="16" aria-hidden="true" focusable="false">${monthLines(scale)}${bars(lineage, scale, now)}</svg>
</li>`;

const said = ({ renewsAt, expiresAt, waiting }: LineageStatus, now: Date): string => {
  const until = waiting.flatMap((wait) => wait.until ?? [])[0];
  return [
    renewsAt && `${renewsAt > now ? "renews" : "due since"} ${day(renewsAt)}`,
    expiresAt && `${expiresAt > now ? "expires" : "expired"} ${day(expiresAt)}`,
    until && `old token goes ${relativeTime(until, now)}`,
  ]
    .filter(Boolean)
    .join(", ");
};

const day = (time: Date): string => dateTime(time).slice(0, 10);

const bars = (
  { renewsAt, expiresAt, waiting }: LineageStatus,
  scale: Scale,
  now: Date,
): readonly Markup[] => {
  const from = scale.at(now);
  const renews = renewsAt === undefined ? undefined : scale.at(renewsAt);
  const expires = expiresAt === undefined ? undefined : scale.at(expiresAt);
  const overlap = Math.max(
    0,
    ...waiting.flatMap(({ until }) => (until === undefined ? [] : scale.at(until))),
  );
  return [
    bar("life", from, Math.min(renews ?? 100, expires ?? 100), [3, 6]),
    ...(renews === undefined ? [] : [bar("window", Math.max(from, renews), expires ?? renews, [3, 6])]),
    // A day is thinner than a hair on this scale, so an overlap is never shorter than what can be seen.
    ...(overlap > from ? [bar("overlap", from, Math.max(overlap, from + 1.2), [11, 4])] : []),
    ...(renews === undefined || renews >= 100
      ? []
      : [html`<circle class="renews" cx="${percent(renews)}" cy="6" r="3.5"></circle>`]),
    ...(expires === undefined || expires >= 100
      ? []
      : [
          html`<line class="expires" x1="${percent(expires)}" x2="${percent(expires)}" y1="0" y2="12"></line>`,
        ]),
  ];
};

const bar = (kind: string, from: number, to: number, [y, height]: readonly [number, number]): Markup =>
  html`<rect class="bar bar-${kind}" x="${percent(from)}" width="${percent(Math.max(0, to - from))}" y="${y}" height="${height}" rx="2"></rect>`;
