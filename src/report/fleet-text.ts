import type { FleetLook, Replica } from "../model/fleet.ts";
import { count, dateTime, paint, relativeTime, type Style, safeText, wrap } from "./text.ts";

const PHASES = {
  resolving: "looking up the policy's targets",
  observing: "reading targets",
  acting: "rotating and deleting",
} as const;

/** The processes that share the passes, what each is at, and how far the pass is. */
export const fleetText = (fleet: FleetLook, now: Date, style: Style): string => {
  const { name, redis, replicas, policy, policyInForce, error } = fleet;
  const title = `Fleet ${safeText(name)}`;
  if (error !== undefined)
    return paint(style, "red", wrap(`${title} cannot be asked: ${safeText(error)}`, style.columns, ""));
  if (replicas.length === 0)
    return paint(style, "red", `${title}: no replica lives, says Redis at ${safeText(redis)}.`);
  const odd = policyInForce === policy ? "" : "; the policy given here is another one";
  return [
    `${title}: ${count(replicas.length, "replica")}, policy ${policyInForce} in force${odd}.`,
    ...replicas.map((replica) => replicaText(replica, fleet, { now, style })),
    passText(fleet, now),
  ]
    .filter((line) => line !== "")
    .join("\n");
};

const replicaText = (
  { host, pid, version, policy, since, doing }: Replica,
  { policyInForce }: FleetLook,
  { now, style }: { readonly now: Date; readonly style: Style },
): string => {
  const isInForce = policy === policyInForce;
  const what = isInForce
    ? (doing ?? "waits for work")
    : `takes no part: its policy ${policy} is not in force`;
  const line = `${safeText(host)} process ${pid}, ${safeText(version)}, since ${relativeTime(since, now)}: ${safeText(what)}`;
  return paint(style, isInForce ? "gray" : "red", wrap(line, style.columns, "    "));
};

const passText = ({ pass }: FleetLook, now: Date): string => {
  if (pass === undefined) return "";
  const { startedAt, phase, done, total } = pass;
  const far = total === undefined ? "" : `, ${Math.min(done, total)} of ${total}`;
  return `A pass is under way, begun ${dateTime(startedAt)} (${relativeTime(startedAt, now)}): ${PHASES[phase]}${far}.`;
};
