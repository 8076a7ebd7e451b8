import type { LineageReport } from "../model/report.ts";
import { KeptLineage } from "./kept-lineage.ts";
import { collided, isPlanned, type PlannedOrReport, planReport, reportOf } from "./lineage-report.ts";
import { hasItsSecret } from "./observe-target.ts";
import { compareUrgency, leftAlone, type Urgency, urgencyOf } from "./urgency.ts";

/** Something that is to be done about a lineage, with what the limits of a pass need to know. */
export interface Due {
  readonly urgency: Urgency;
  /** May make a token. */
  readonly rotates: boolean;
  /** Does something else, too, that no limit holds up. */
  readonly tidies: boolean;
}

/** What was decided about a lineage, in plain data: another process may carry it out, which decides anew before it acts. */
export interface PlanItem {
  /** What is said of it: for good, unless something is due. */
  readonly report: LineageReport;
  readonly due?: Due;
  /** The secret that the policy names, where it has none that carries its tag: two who come to one are both left alone. */
  readonly wants?: string;
  /** Decided about, and not just reported as failed. */
  readonly isPlanned: boolean;
  /** Nothing told the time, so that nobody knows whether our clock is right. */
  readonly isTimeless?: true;
}

/** Some reports are written only when somebody reads them. */
const plain = ({ kind, targetId, path, token, secret, actions, waiting }: LineageReport): LineageReport => ({
  kind,
  targetId,
  path,
  token,
  secret,
  actions,
  waiting,
});

export const planItemOf = (item: PlannedOrReport): PlanItem => {
  if (item instanceof KeptLineage) return { report: plain(item), isPlanned: true };
  if (!isPlanned(item)) {
    const wants = item.secret ?? undefined;
    return { report: plain(item), isPlanned: false, ...(wants !== undefined && { wants }) };
  }
  const { decision, observed } = item.seen;
  const rotates = decision.rotation !== undefined;
  const tidies = decision.deletions.length > 0 || decision.restoreTags;
  const isDue = rotates || tidies;
  return {
    report: isDue ? planReport(item) : reportOf(item, [leftAlone(decision.main), ...decision.reports]),
    isPlanned: true,
    ...(isDue && { due: { urgency: urgencyOf(item), rotates, tidies } }),
    ...(!hasItsSecret(item) && { wants: item.lineage.secretName }),
    ...(observed.clockSkew === undefined && { isTimeless: true }),
  };
};

/** The plan as a whole: of lineages that come to one new secret, none runs. */
export const withoutCollisions = (items: readonly PlanItem[]): readonly PlanItem[] => {
  const seen = new Set<string>();
  const colliding = new Set(
    items.flatMap(({ wants }) => wants ?? []).filter((name) => seen.size === seen.add(name).size),
  );
  return items.map((item) =>
    item.isPlanned && item.wants !== undefined && colliding.has(item.wants)
      ? { isPlanned: true, report: collided(item.report, item.wants) }
      : item,
  );
};

/** The indices of those that something is due of, the most urgent first. */
export const mostUrgentFirst = (items: readonly PlanItem[]): readonly number[] =>
  items
    .flatMap(({ due }, index) => (due === undefined ? [] : [{ index, due }]))
    .sort((one, other) => compareUrgency(one.due.urgency, other.due.urgency))
    .map(({ index }) => index);
