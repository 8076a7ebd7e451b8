import { html } from "hono/html";
import type { Overview } from "../../model/overview.ts";
import type { LineageStatus } from "../../model/status.ts";
import { gitlabLink, secretLink } from "./links.ts";
import { badge, figure, link, type Markup, prose, title } from "./parts.ts";
import { linkTo, needsSomeone, type Query } from "./query.ts";

const SHOWN = 6;

/** What people have to look at, with what to do about it. */
export const attention = (overview: Overview, query: Query, now: Date): Markup | "" => {
  const lineages = (overview.status?.lineages ?? []).filter(needsSomeone);
  if (lineages.length === 0) return "";
  return html`<section aria-labelledby="attention" class="card">
<h2 id="attention">Needs someone</h2>
<ul class="attention">${lineages.slice(0, SHOWN).map((lineage) => item(overview, lineage, now))}</ul>
${
  lineages.length > SHOWN
    ? html`<p><a href="${linkTo(query, { state: "attention", page: 1 }, "#tokens")}">Show all ${figure(lineages.length)}</a></p>`
    : ""
}
</section>`;
};

const item = (overview: Overview, lineage: LineageStatus, now: Date): Markup => {
  const { error, message, reason, state } = lineage;
  const about = `${lineage.path} ${lineage.token ?? ""}`;
  return html`<li>
<p class="what">${badge(state)} ${title(lineage)}</p>
<p>${prose(error?.message ?? message)} <code>${error?.code ?? reason}</code></p>
${expiresSoon(lineage, now)}
<p class="links">${link(gitlabLink(overview, lineage), "GitLab", about)} ${link(secretLink(overview, lineage.secret), "AWS console", about)}</p>
</li>`;
};

const expiresSoon = ({ expiresAt }: LineageStatus, now: Date): Markup | "" => {
  if (expiresAt === undefined) return "";
  const text = relative(expiresAt, now);
  return html`<p class="quiet">${text}</p>`;
};

const relative = (expiresAt: Date, now: Date): string => {
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / 86_400_000);
  if (days < 0) return "The token that consumers read has expired.";
  return days === 0
    ? "The token that consumers read expires within a day."
    : `The token that consumers read lives for another ${days} ${days === 1 ? "day" : "days"}.`;
};
