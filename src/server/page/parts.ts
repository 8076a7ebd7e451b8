import { html } from "hono/html";
import type { LineageState, LineageStatus } from "../../model/status.ts";
import { dateTime, relativeTime, safeText } from "../../model/words.ts";

/** What `html` gives: everything put into it is escaped, but for what it made itself. */
export type Markup = ReturnType<typeof html>;

export const STATE_WORDS = {
  failing: "Failing",
  conflict: "Conflict",
  "in-progress": "In progress",
  due: "Due",
  overlapping: "Overlapping",
  healthy: "Healthy",
} as const satisfies Record<LineageState, string>;

/** Shape as well as colour tells a state: not everybody sees the colours. */
const SYMBOLS = {
  failing: "✕",
  conflict: "!",
  "in-progress": "…",
  due: "↻",
  overlapping: "‖",
  healthy: "✓",
} as const satisfies Record<LineageState, string>;

export const badge = (state: LineageState): Markup =>
  html`<span class="badge is-${state}"><span aria-hidden="true">${SYMBOLS[state]}</span> ${STATE_WORDS[state]}</span>`;

/** Other people's names: hidden characters are shown, and their direction stays their own. */
export const name = (text: string): Markup => html`<bdi>${safeText(text)}</bdi>`;

/** What people wrote, or GitLab: on one line, its hidden characters shown. */
export const prose = (text: string): Markup => html`${safeText(text)}`;

/** The day, and how far it is; the exact time on hovering. */
export const when = (time: Date, now: Date): Markup =>
  html`<time datetime="${time.toISOString()}" title="${dateTime(time)}"><span class="date">${dateTime(time).slice(0, 10)}</span> <span class="relative">${relativeTime(time, now)}</span></time>`;

/** `in 32 days`, the exact time on hovering. */
export const shortly = (time: Date, now: Date): Markup =>
  html`<time datetime="${time.toISOString()}" title="${dateTime(time)}">${relativeTime(time, now)}</time>`;

/** `platform/api · registry-pull` */
export const title = ({ kind, path, token }: Pick<LineageStatus, "kind" | "path" | "token">): Markup =>
  html`<span class="target"><span class="kind">${kind}</span> ${name(path)}</span>${
    token === null ? "" : html` <span class="token">${name(token)}</span>`
  }`;

export const link = (href: string | undefined, label: string, about: string): Markup | "" =>
  href === undefined
    ? ""
    : html`<a class="out" href="${href}" rel="noreferrer">${label}<span class="unseen"> for ${safeText(about)}</span></a>`;

/** 1,234 */
export const figure = (value: number): string => value.toLocaleString("en-GB");
