import type { AccessToken } from "../model/access-token.ts";
import type { FleetLook } from "../model/fleet.ts";
import type { PassRecord } from "../model/history.ts";
import { LINEAGE_STATES, type LineageState, type LineageStatus, type StatusReport } from "../model/status.ts";
import { accessTokenWarning } from "./access-token.ts";
import { warningText } from "./action-text.ts";
import { fleetText } from "./fleet-text.ts";
import { tableLines } from "./table.ts";
import { count, dateTime, paint, relativeTime, type Style, safeText, wrap } from "./text.ts";

export interface StatusView {
  readonly status: StatusReport;
  readonly lastPass: PassRecord | undefined;
  /** How many lineages there are besides those shown. */
  readonly hidden: number;
  readonly fleet?: FleetLook | undefined;
}

/** Every lineage, the most urgent first: a table, under each row what is to be said of it, and the sums. */
export const renderStatus = ({ status, lastPass, hidden, fleet }: StatusView, style: Style): string =>
  [
    table(status, style),
    warningText(status.warnings, style),
    fleet === undefined ? "" : fleetText(fleet, status.at, style),
    [
      sumText(status, hidden, style),
      passText(lastPass, status.at, style),
      tokenText(status.accessToken, status.at, style),
    ]
      .filter((line) => line !== "")
      .join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");

const COLORS = {
  failing: "red",
  conflict: "red",
  "in-progress": "yellow",
  due: "yellow",
  overlapping: "cyan",
  healthy: "green",
} as const satisfies Record<LineageState, string>;

/** From here on the secret has room in a column of its own. */
const WIDE = 132;

const day = (time: Date | undefined): string => time?.toISOString().slice(0, 10) ?? "";

const expires = ({ expiresAt, tokenId }: LineageStatus, from: Date): string => {
  if (expiresAt === undefined) return tokenId === undefined ? "" : "never";
  return `${day(expiresAt)} ${relativeTime(expiresAt, from)}`;
};

/** A renewal that could begin already has no day of its own: it comes with a pass. */
const renews = ({ renewsAt }: LineageStatus, from: Date): string =>
  renewsAt !== undefined && renewsAt <= from ? "due" : day(renewsAt);

const table = ({ lineages, at }: StatusReport, style: Style): string => {
  if (lineages.length === 0) return "";
  const wide = style.columns >= WIDE;
  const rows = lineages.map((one) => [
    one.state,
    `${one.kind} ${safeText(one.path)}`,
    one.token === null ? "" : safeText(one.token),
    one.tokenId === undefined ? "" : String(one.tokenId),
    expires(one, at),
    renews(one, at),
    ...(wide ? [one.secret === null ? "" : safeText(one.secret)] : []),
  ]);
  const head = ["state", "target", "token", "id", "expires", "renews", ...(wide ? ["secret"] : [])];
  const elastic = wide ? [1, 2, 6] : [1, 2];
  const [title, ...lines] = tableLines({ head, rows, elastic }, style, (line, index) => {
    const state = lineages[index]?.state;
    return state === undefined ? line : line.replace(state, paint(style, COLORS[state], state));
  });
  const body = lines.flatMap((line, index) => {
    const one = lineages[index];
    return one === undefined ? [line] : [line, ...details(one, { style, wide, from: at })];
  });
  return [title, ...body].join("\n");
};

interface Context {
  readonly style: Style;
  readonly wide: boolean;
  readonly from: Date;
}

/** What is well needs no words. */
const details = (one: LineageStatus, { style, wide, from }: Context): string[] => {
  const well = one.state === "healthy" || one.state === "overlapping";
  const said = well ? [] : [`${safeText(one.message)} (${one.reason})`];
  const failure = one.error ? [`failed: ${safeText(one.error.message)} (${one.error.code})`] : [];
  const waiting = one.waiting.map(({ message, until }) =>
    until === undefined ? safeText(message) : `${safeText(message)} (${relativeTime(until, from)})`,
  );
  const secret = wide || one.secret === null ? [] : [`→ ${safeText(one.secret)}`];
  return [...secret, ...said, ...failure, ...waiting].map((text) =>
    paint(style, "gray", wrap(text, style.columns, "    ")),
  );
};

const sumText = ({ lineages, summary }: StatusReport, hidden: number, style: Style): string => {
  if (lineages.length === 0)
    return hidden > 0
      ? `None of the ${count(hidden, "lineage")} is as asked for.`
      : "The policy covers no deploy token.";
  const parts = LINEAGE_STATES.filter((state) => summary[state] > 0).map((state) =>
    paint(style, COLORS[state], `${summary[state]} ${state}`),
  );
  const others = hidden > 0 ? ` (${hidden} more not shown)` : "";
  return `${count(lineages.length, "lineage")}: ${parts.join(", ")}${others}.`;
};

const passText = (pass: PassRecord | undefined, from: Date, style: Style): string => {
  if (pass === undefined) return "";
  const when = `Last pass ${dateTime(pass.finishedAt)} (${relativeTime(pass.finishedAt, from)}): `;
  if (pass.error !== undefined) return paint(style, "red", `${when}failed: ${safeText(pass.error)}`);
  const did = (kind: string): number =>
    pass.actions.filter(({ action, result }) => action === kind && result === "done").length;
  return `${when}${did("create")} created, ${did("rotate")} rotated, ${did("delete")} deleted, ${pass.summary.failed} failed.`;
};

const tokenText = (token: AccessToken | undefined, from: Date, style: Style): string => {
  if (token === undefined) return "";
  const warning = accessTokenWarning(token, from);
  if (warning !== undefined) return paint(style, "red", wrap(safeText(warning), style.columns, ""));
  const name = `Our access token ${JSON.stringify(safeText(token.name))}`;
  const { expiresAt } = token;
  if (expiresAt === undefined) return `${name} never expires.`;
  return `${name} expires ${dateTime(expiresAt)} (${relativeTime(expiresAt, from)}).`;
};
