import { html } from "hono/html";
import type { Overview, PassProgress } from "../../model/overview.ts";
import { dateTime } from "../../model/words.ts";
import { figure, type Markup, shortly } from "./parts.ts";

const PHASES = {
  resolving: "Looking up the policy's targets",
  observing: "Reading targets",
  acting: "Rotating and deleting",
} as const satisfies Record<PassProgress["phase"], string>;

export const runningPass = ({ running }: Overview, now: Date): Markup | "" => {
  if (running === undefined) return "";
  const { phase, done, total, waitsUntil, startedAt } = running;
  return html`<section aria-labelledby="running" class="card running">
<h2 id="running">A pass is under way</h2>
<p><label for="progress">${PHASES[phase]}${
    total === undefined ? "" : `: ${figure(done)} of ${figure(total)}`
  }</label>, begun ${dateTime(startedAt).slice(11)}${
    waitsUntil === undefined
      ? ""
      : html`; <strong>waiting until ${dateTime(waitsUntil)} (${shortly(waitsUntil, now)}), as GitLab's rate limit asks</strong>`
  }.</p>
${
  total === undefined
    ? html`<progress id="progress"></progress>`
    : html`<progress id="progress" value="${Math.min(done, total)}" max="${Math.max(1, total)}"></progress>`
}
</section>`;
};
