import { html, raw } from "hono/html";
import type { Overview } from "../../model/overview.ts";
import { dateTime, relativeTime, safeText } from "../../model/words.ts";
import { attention } from "./attention.ts";
import { calendar } from "./calendar.ts";
import { fleetList } from "./fleet-list.ts";
import { lineageTable } from "./lineage-table.ts";
import { type Markup, shortly } from "./parts.ts";
import { passList } from "./pass-list.ts";
import { linkTo, type Query, select } from "./query.ts";
import { runningPass } from "./running-pass.ts";
import { STYLE } from "./style.ts";
import { summary } from "./summary.ts";
import { comingUp } from "./time-line.ts";

/** Everything at a glance, for people. It needs no script, and no byte from elsewhere. */
export const renderPage = (overview: Overview, query: Query, now: Date): Markup => {
  const { status } = overview;
  const selected = status === undefined ? [] : select(status.lineages, query, now);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${headTitle(overview)}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${raw(STYLE)}</style>
</head>
<body>
${status === undefined ? "" : html`<a class="skip" href="#tokens">Skip to the tokens</a>`}
${header(overview, query, now)}
<main>
${summary(overview, query, now)}
${runningPass(overview, now)}
${fleetList(overview, now)}
${status === undefined ? "" : attention(overview, query, now)}
${
  status === undefined
    ? passList(overview.passes, now)
    : html`<div class="pair">${comingUp(selected, now)}<div class="stack">${calendar(selected, now)}${passList(overview.passes, now)}</div></div>
${lineageTable({ overview, query, selected, all: status.lineages.length, now })}`
}
</main>
${footer(overview, now)}
</body>
</html>`;
};

const headTitle = ({ status, gitlabUrl }: Overview): string => {
  const { failing = 0, conflict = 0 } = status?.summary ?? {};
  const count = failing + conflict;
  return `${count > 0 ? `(${count}) ` : ""}Deploy tokens of ${hostOf(gitlabUrl)}`;
};

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : safeText(url));

const header = (overview: Overview, query: Query, now: Date): Markup => html`<header class="top">
<div>
<h1>Deploy tokens of ${hostOf(overview.gitlabUrl)}</h1>
<p class="quiet">${
  overview.status === undefined
    ? "No pass has come to an end yet"
    : html`As of the pass that ended ${shortly(overview.status.at, now)}`
}${nextPass(overview, now)}</p>
</div>
<nav aria-label="This page" class="actions">
<a class="button" href="${linkTo(query, {})}">Refresh</a>
${
  query.refresh
    ? html`<a class="button is-on" href="${linkTo(query, { refresh: false })}">Stop refreshing</a>`
    : html`<a class="button" href="${linkTo(query, { refresh: true })}">Keep refreshing</a>`
}
</nav>
</header>`;

const nextPass = ({ nextPassAt, running }: Overview, now: Date): Markup | string => {
  if (running !== undefined) return " · a pass is under way";
  return nextPassAt === undefined ? "" : html` · the next one begins ${shortly(nextPassAt, now)}`;
};

const footer = ({ version, policyFile, schedule, startedAt }: Overview, now: Date): Markup => html`<footer>
<p>deploy-token-rotator ${version}, up since ${dateTime(startedAt)} (${relativeTime(startedAt, now)}).
Policy <code>${safeText(policyFile)}</code>, schedule <code>${safeText(schedule.cron)}</code> (${safeText(schedule.timezone)}). All times are UTC.</p>
<p><a href="/metrics">Metrics</a> · <a href="/readyz">Readiness</a> · <a href="/healthz">Health</a></p>
</footer>`;
