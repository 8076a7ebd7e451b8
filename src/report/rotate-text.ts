import type { ActionReport, LineageReport, PassReport } from "../model/report.ts";
import { labelled, lineageTitle } from "./action-text.ts";
import { dateTime, relativeTime, type Style, safeText, wrap } from "./text.ts";

interface Context {
  readonly leaked: boolean;
  readonly now: Date;
}

const isRotation = ({ action }: ActionReport): boolean => action === "create" || action === "rotate";

/** What is about to happen, for the person who has to say yes. */
export const questionText = (planned: LineageReport, { leaked }: Context, style: Style): string => {
  const old = planned.actions.filter(isRotation).flatMap(({ tokenId }) => tokenId ?? []);
  const dies = [...old, ...planned.waiting.map(({ tokenId }) => tokenId)];
  const stored = `A new token goes into the secret ${safeText(planned.secret ?? "")}.`;
  const fate =
    dies.length === 0
      ? "It replaces no other."
      : leaked
        ? `Token ${dies.join(", token ")} is deleted as soon as the new one is stored: whoever still uses it is cut off at once.`
        : `Token ${old.join(", token ")} works on for its overlap, and is deleted then.`;
  return `${wrap(`${lineageTitle(planned)}. ${stored} ${fate}`, style.columns, "")}\nRotate it?`;
};

/** However it failed: whoever asked believes the leaked token dead otherwise, and nothing may be noted anywhere. */
export const LIVES_ON =
  "The leaked token is NOT replaced: it still works. Run this again, or delete the token in GitLab now.";

/** What is left to do for those who use the token. */
export const adviceText = (report: PassReport, { leaked, now }: Context, style: Style): string => {
  const lines = report.lineages.flatMap((lineage) => {
    const rotated = lineage.actions.find((action) => isRotation(action) && action.result === "done");
    if (rotated === undefined) return [];
    return [adviceFor(lineage, rotated, { leaked, now })];
  });
  if (leaked && lines.length === 0 && report.lineages.length > 0) lines.push(LIVES_ON);
  return lines.map((line) => labelled("Next:", line, { style, color: "bold" })).join("\n");
};

const adviceFor = (lineage: LineageReport, rotated: ActionReport, { leaked, now }: Context): string => {
  const secret = safeText(lineage.secret ?? "");
  const read = `Whoever keeps a copy of the secret ${secret} must read it again`;
  if (!leaked) {
    const renewal = rotated.renewsAt
      ? ` The next renewal is on ${dateTime(rotated.renewsAt)} (${relativeTime(rotated.renewsAt, now)}).`
      : "";
    return `${read} before the old token is deleted; \`plan\` says when that is.${renewal}`;
  }
  const left = lineage.actions.filter(({ action, result }) => action !== "keep" && result === "failed");
  const alive =
    left.length === 0
      ? "The leaked token is deleted."
      : "The leaked token is NOT deleted yet: the next pass does it, or delete it in GitLab now.";
  return `${alive} ${read} now. Find out who had the old one, and what they may have read with it.`;
};
