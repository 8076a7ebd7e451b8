import { html } from "hono/html";
import type { AccessToken } from "../../model/access-token.ts";
import type { Overview } from "../../model/overview.ts";
import { LINEAGE_STATES, type LineageState } from "../../model/status.ts";
import { count, dateTime } from "../../model/words.ts";
import { figure, type Markup, name, prose, STATE_WORDS, shortly } from "./parts.ts";
import { problemsOf, worst } from "./problems.ts";
import { linkTo, type Query } from "./query.ts";

/** One sentence, what it rests on, and how many there are of each state. */
export const summary = (overview: Overview, query: Query, now: Date): Markup => {
  const problems = problemsOf(overview, now);
  const level = worst(problems, overview.status?.summary);
  return html`<section aria-labelledby="headline" class="summary">
<h2 id="headline" class="headline is-${level}"><span class="lamp" aria-hidden="true"></span>${headline(overview, level)}</h2>
${
  problems.length === 0
    ? ""
    : html`<ul class="problems">${problems.map(
        ({ level: of, text }) => html`<li class="is-${of}">${prose(text)}</li>`,
      )}</ul>`
}
${overview.status === undefined ? "" : tiles(overview.status.summary, query)}
${ownToken(overview.status?.accessToken, now)}
</section>`;
};

const headline = ({ status }: Overview, level: "bad" | "warn" | "good" | "idle"): string => {
  if (status === undefined) return level === "bad" ? "The first pass failed" : "Waiting for the first pass";
  const { failing, conflict } = status.summary;
  const total = status.lineages.length;
  if (failing + conflict > 0)
    return `${figure(failing + conflict)} of ${count(total, "token").replace(/\d+/, figure(total))} ${failing + conflict === 1 ? "needs" : "need"} someone`;
  if (total === 0) return "The policy covers no token";
  if (level !== "good") return "The tokens are fine, the program needs someone";
  return total === 1 ? "The token is fine" : `All ${figure(total)} tokens are fine`;
};

/** Said when it is fine too: the rotator that dies of its own expired token is the classic accident. */
const ownToken = (token: AccessToken | undefined, now: Date): Markup | "" => {
  if (token === undefined || !token.active) return "";
  const life =
    token.expiresAt === undefined
      ? "never expires"
      : html`${token.expiresAt > now ? "expires" : "expired"} ${dateTime(token.expiresAt).slice(0, 10)}, ${shortly(token.expiresAt, now)}`;
  return html`<p class="quiet own">The access token of this program, ${name(token.name)}, ${life}.</p>`;
};

const tiles = (states: Readonly<Record<LineageState, number>>, query: Query): Markup =>
  html`<ul class="tiles">${LINEAGE_STATES.map(
    (state) =>
      html`<li><a class="tile is-${state}${states[state] === 0 ? " is-none" : ""}" href="${linkTo(
        query,
        { state: query.state === state ? undefined : state, page: 1 },
        "#tokens",
      )}"${query.state === state ? html` aria-current="true"` : ""}><strong>${figure(states[state])}</strong> ${STATE_WORDS[state]}</a></li>`,
  )}</ul>`;
