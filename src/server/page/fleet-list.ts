import { html } from "hono/html";
import type { FleetView, Replica } from "../../model/fleet.ts";
import type { Overview } from "../../model/overview.ts";
import { count, dateTime } from "../../model/words.ts";
import { figure, type Markup, name, prose, shortly } from "./parts.ts";

const SHOWN = 50;

/** The processes that share the passes. */
export const fleetList = ({ fleet }: Overview, now: Date): Markup | "" => {
  if (fleet === undefined) return "";
  const { replicas, lostSince } = fleet;
  return html`<section aria-labelledby="fleet" class="card">
<h2 id="fleet">The fleet ${name(fleet.name)}</h2>
${
  lostSince === undefined
    ? ""
    : html`<ul class="problems"><li class="is-bad">Redis gives no answer since ${dateTime(lostSince)} (${shortly(lostSince, now)}): passes wait until it is back. This is what was last known.</li></ul>`
}
<p class="quiet">${count(replicas.length, "replica")}</p>
<ol class="passes">${replicas.slice(0, SHOWN).map((replica) => html`<li>${one(fleet, replica, now)}</li>`)}</ol>
${replicas.length > SHOWN ? html`<p class="quiet">… and ${figure(replicas.length - SHOWN)} more.</p>` : ""}
</section>`;
};

const one = ({ self, policyInForce }: FleetView, replica: Replica, now: Date): Markup => {
  const { id, host, pid, version, policy, since, doing } = replica;
  const isInForce = policy === policyInForce;
  return html`<p class="pass"><span class="lamp is-${isInForce ? "good" : "bad"}" aria-hidden="true"></span>${name(host)} <span class="quiet">process ${pid}, ${prose(version)}, ${id === self ? "this one, " : ""}with its policy since ${shortly(since, now)}</span> <span class="outcome">${
    isInForce ? prose(doing ?? "waits for work") : "takes no part"
  }</span></p>${
    isInForce
      ? ""
      : html`<p class="remark">Its policy (${prose(policy)}) is not the one that most replicas have (${prose(policyInForce ?? "none")}).</p>`
  }`;
};
