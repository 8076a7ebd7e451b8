import { html } from "hono/html";
import type { Overview } from "../../model/overview.ts";
import type { LineageStatus } from "../../model/status.ts";
import { dateTime, safeText } from "../../model/words.ts";
import { filterForm } from "./filter-form.ts";
import { gitlabLink, secretLink } from "./links.ts";
import { badge, figure, type Markup, name, prose, shortly, when } from "./parts.ts";
import { linkTo, type Query } from "./query.ts";

const PER_PAGE = 50;
const COLUMNS = ["State", "Token", "Expires", "Renews", "Old tokens"];

export interface TableInput {
  readonly overview: Overview;
  readonly query: Query;
  readonly selected: readonly LineageStatus[];
  readonly all: number;
  readonly now: Date;
}

export const lineageTable = (input: TableInput): Markup => {
  const { query, selected, all, overview, now } = input;
  const pages = Math.max(1, Math.ceil(selected.length / PER_PAGE));
  const page = Math.min(query.page, pages);
  const shown = selected.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  return html`<section aria-labelledby="tokens" class="card">
<h2 id="tokens" tabindex="-1">Tokens</h2>
${filterForm(query)}
<p class="quiet" role="status">${counted(shown.length, selected.length, all, page)}</p>
${
  shown.length === 0
    ? ""
    : // The roles are said again because a table that is laid out as cards on a phone would lose them.
      html`<table class="lineages" role="table" aria-labelledby="tokens">
<thead role="rowgroup"><tr role="row">${COLUMNS.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}</tr></thead>
<tbody role="rowgroup">${shown.map((lineage) => row(overview, lineage, now))}</tbody>
</table>`
}
${pages > 1 ? paging(query, page, pages) : ""}
</section>`;
};

const counted = (shown: number, selected: number, all: number, page: number): string => {
  if (all === 0) return "The last pass found no token that the policy covers.";
  if (selected === 0) return `None of ${figure(all)} tokens is like that.`;
  const of =
    selected === all
      ? `${figure(all)} ${all === 1 ? "token" : "tokens"}`
      : `${figure(selected)} found, of ${figure(all)}`;
  const first = (page - 1) * PER_PAGE + 1;
  return shown === selected ? of : `${figure(first)} to ${figure(first + shown - 1)} of ${of}`;
};

const row = (overview: Overview, lineage: LineageStatus, now: Date): Markup => {
  const { state, expiresAt, renewsAt, waiting } = lineage;
  return html`<tr role="row">
<td role="cell" data-label="State">${badge(state)}</td>
<th role="rowheader" scope="row">${target(overview, lineage)}${secret(overview, lineage)}${remark(lineage)}</th>
<td role="cell" data-label="Expires">${expiresAt === undefined ? dash() : when(expiresAt, now)}</td>
<td role="cell" data-label="Renews">${renewal(renewsAt, now)}</td>
<td role="cell" data-label="Old tokens">${
    waiting.length === 0
      ? dash()
      : html`<ul class="waiting">${waiting.map(
          ({ tokenId, until, message }) =>
            html`<li title="${safeText(message)}">#${tokenId} ${until === undefined ? "stays for now" : html`goes ${shortly(until, now)}`}</li>`,
        )}</ul>`
  }</td>
</tr>`;
};

/** A renewal that could begin already has no day of its own: it comes with a pass. */
const renewal = (renewsAt: Date | undefined, now: Date): Markup => {
  if (renewsAt === undefined) return dash();
  return renewsAt > now
    ? when(renewsAt, now)
    : html`<time datetime="${renewsAt.toISOString()}" title="since ${dateTime(renewsAt)}">due</time>`;
};

const dash = (): Markup =>
  html`<span class="quiet"><span aria-hidden="true">–</span><span class="unseen">none</span></span>`;

const target = (overview: Overview, lineage: LineageStatus): Markup => {
  const { kind, path, token, tokenId } = lineage;
  const href = gitlabLink(overview, lineage);
  const shown = name(path);
  return html`<span class="kind">${kind}</span> ${
    href === undefined ? shown : html`<a href="${href}" rel="noreferrer">${shown}</a>`
  }${token === null ? "" : html` <span class="token">${name(token)}</span>`}${
    tokenId === undefined ? "" : html` <span class="quiet">#${tokenId}</span>`
  }`;
};

/** What is not so of a healthy token. */
const remark = ({ reason, message, error }: LineageStatus): Markup | "" =>
  error === undefined && reason === "Healthy"
    ? ""
    : html`<p class="remark">${prose(error?.message ?? message)} <code>${error?.code ?? reason}</code></p>`;

const secret = (overview: Overview, lineage: LineageStatus): Markup | "" => {
  if (lineage.secret === null) return "";
  const href = secretLink(overview, lineage.secret);
  const shown = name(lineage.secret);
  return html`<p class="secret"><span class="unseen">Secret </span>${
    href === undefined ? shown : html`<a href="${href}" rel="noreferrer">${shown}</a>`
  }</p>`;
};

const paging = (query: Query, page: number, pages: number): Markup => {
  const to = (target: number, label: string, rel: string): Markup =>
    target < 1 || target > pages
      ? html`<span class="button is-off" aria-hidden="true">${label}</span>`
      : html`<a class="button" rel="${rel}" href="${linkTo(query, { page: target }, "#tokens")}">${label}</a>`;
  return html`<nav class="paging" aria-label="Pages of tokens">${to(page - 1, "Previous", "prev")} <span>Page ${figure(page)} of ${figure(pages)}</span> ${to(page + 1, "Next", "next")}</nav>`;
};
