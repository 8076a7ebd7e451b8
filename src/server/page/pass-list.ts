import { html } from "hono/html";
import type { PassAction, PassRecord } from "../../model/history.ts";
import type { PassSummary } from "../../model/report.ts";
import { dateTime } from "../../model/words.ts";
import { figure, type Markup, prose, shortly, title } from "./parts.ts";

const PASSES = 10;
const ACTIONS = 50;

/** What the last passes did. */
export const passList = (
  passes: readonly PassRecord[],
  now: Date,
): Markup => html`<section aria-labelledby="passes" class="card">
<h2 id="passes">The last passes</h2>
${
  passes.length === 0
    ? html`<p class="quiet">None yet.</p>`
    : html`<ol class="passes">${passes.slice(0, PASSES).map((pass) => html`<li>${one(pass, now)}</li>`)}</ol>`
}
</section>`;

const one = (pass: PassRecord, now: Date): Markup => {
  const { startedAt, finishedAt, actions, warnings, error, summary } = pass;
  const level = error !== undefined || summary.failed > 0 ? "bad" : "good";
  const line = html`<span class="lamp is-${level}" aria-hidden="true"></span><span class="date">${dateTime(startedAt)}</span> <span class="quiet">${shortly(startedAt, now)}, took ${took(startedAt, finishedAt)}</span> <span class="outcome">${outcome(pass)}</span>`;
  const details = actions.length + warnings.length > 0 || error !== undefined;
  if (!details) return html`<p class="pass">${line}</p>`;
  return html`<details><summary class="pass">${line}</summary>
${error === undefined ? "" : html`<p class="remark">${prose(error)}</p>`}
${warnings.map((warning) => html`<p class="remark">${prose(warning)}</p>`)}
<ul class="done">${actions.slice(0, ACTIONS).map(actionItem)}</ul>
${actions.length > ACTIONS ? html`<p class="quiet">… and ${figure(actions.length - ACTIONS)} more; the log has them all.</p>` : ""}
</details>`;
};

const WORDS = {
  create: "created",
  rotate: "rotated",
  delete: "deleted",
  report: "to look at",
  failed: "failed",
  keep: "kept",
} as const satisfies Partial<Record<keyof PassSummary, string>>;

const outcome = ({ error, summary }: PassRecord): string => {
  if (error !== undefined) return "did not take place";
  const parts = (Object.keys(WORDS) as (keyof typeof WORDS)[])
    .filter((key) => summary[key] > 0)
    .map((key) => `${figure(summary[key])} ${WORDS[key]}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
};

const SYMBOLS = { create: "+", rotate: "±", delete: "−", keep: "=", report: "!" } as const;

const actionItem = (action: PassAction): Markup => {
  const { result, reason, message, error } = action;
  const failed = result === "failed" || error !== undefined;
  return html`<li class="${failed ? "is-failed" : "is-done"}"><span class="verb">${SYMBOLS[action.action]} ${action.action}${result === undefined ? "" : ` ${result}`}</span> ${title(action)} <span class="quiet">${ids(action)}${prose(error?.message ?? message)} <code>${error?.code ?? reason}</code></span></li>`;
};

const ids = ({ tokenId, newTokenId }: PassAction): string => {
  if (newTokenId !== undefined)
    return tokenId === undefined ? `#${newTokenId}, ` : `#${tokenId} → #${newTokenId}, `;
  return tokenId === undefined ? "" : `#${tokenId}, `;
};

const took = (from: Date, to: Date): string => {
  const seconds = Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
  if (seconds < 1) return "under a second";
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
