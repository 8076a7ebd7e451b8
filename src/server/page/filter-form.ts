import { html } from "hono/html";
import { type Markup, STATE_WORDS } from "./parts.ts";
import { KINDS, type Query, STATE_CHOICES, WITHIN } from "./query.ts";

type Choice = readonly [value: string, label: string];

const STATES: readonly Choice[] = [
  ["", "Any state"],
  ...STATE_CHOICES.map(
    (state): Choice => [state, state === "attention" ? "Needs someone" : STATE_WORDS[state]],
  ),
];
const TARGETS: readonly Choice[] = [
  ["", "All"],
  ...KINDS.map((kind): Choice => [kind, kind === "project" ? "Projects" : "Groups"]),
];
const EXPIRIES: readonly Choice[] = [
  ["", "Any time"],
  ...WITHIN.map((days): Choice => [String(days), `Within ${days} days`]),
];
const ORDERS: readonly Choice[] = [
  ["urgency", "Most urgent first"],
  ["expiry", "Soonest expiry first"],
  ["name", "By path"],
];

/** A plain form: its fields are the page's query parameters. */
export const filterForm = (
  query: Query,
): Markup => html`<search><form method="get" action="/#tokens" class="filter">
<div class="field is-wide"><label for="q">Search</label><input id="q" name="q" type="search" value="${query.search}" maxlength="200" placeholder="path, token, secret or id" autocomplete="off" spellcheck="false"></div>
${field("state", "State", STATES, query.state ?? "")}
${field("kind", "Targets", TARGETS, query.kind ?? "")}
${field("within", "Expires", EXPIRIES, String(query.within ?? ""))}
${field("sort", "Order", ORDERS, query.sort)}
${query.refresh ? html`<input type="hidden" name="refresh" value="1">` : ""}
<div class="field"><button type="submit">Show</button> <a class="clear" href="/#tokens">Clear</a></div>
</form></search>`;

const field = (id: string, label: string, choices: readonly Choice[], chosen: string): Markup =>
  html`<div class="field"><label for="${id}">${label}</label><select id="${id}" name="${id}">${choices.map(
    ([value, text]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ""}>${text}</option>`,
  )}</select></div>`;
