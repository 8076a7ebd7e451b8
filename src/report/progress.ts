import { SECOND } from "../model/duration.ts";
import type { Action, LineageReport, PassEvent } from "../model/report.ts";
import { isChange, lineageTitle, symbol } from "./action-text.ts";
import { paint, type Style, truncate } from "./text.ts";

interface Running {
  readonly key: string;
  readonly action: Action["action"];
  readonly title: string;
}

export interface Progress {
  readonly observing: { readonly done: number; readonly total: number };
  /** Changes that the plan holds; `undefined` until everything has been observed. */
  readonly changes: number | undefined;
  readonly running: readonly Running[];
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Until when GitLab's rate limit lets nothing through. */
  readonly waitsUntil: Date | undefined;
}

export const initialProgress: Progress = {
  observing: { done: 0, total: 0 },
  changes: undefined,
  running: [],
  done: 0,
  skipped: 0,
  failed: 0,
  waitsUntil: undefined,
};

export const progress = (state: Progress, event: PassEvent): Progress => {
  switch (event.kind) {
    case "observing":
      return { ...state, observing: { done: event.done, total: event.total } };
    case "observed":
      return { ...state, changes: event.changes };
    case "started":
      return isChange(event.action.action)
        ? { ...state, running: [...state.running, runningOf(event)] }
        : state;
    case "finished":
      return finished(state, event);
    case "warning":
      return state;
    case "waiting":
      return { ...state, waitsUntil: event.until };
    default:
      return event satisfies never;
  }
};

type ActionEvent = { readonly lineage: LineageReport; readonly action: Action };

const runningOf = ({ lineage, action }: ActionEvent): Running => ({
  key: keyOf({ lineage, action }),
  action: action.action,
  title: lineageTitle(lineage),
});

const keyOf = ({ lineage, action }: ActionEvent): string =>
  JSON.stringify([lineage.kind, lineage.path, lineage.token, action.action, action.tokenId]);

const finished = (state: Progress, event: Extract<PassEvent, { kind: "finished" }>): Progress => {
  const { action, result } = event.action;
  const index = state.running.findIndex(({ key }) => key === keyOf(event));
  const running = state.running.filter((_, position) => position !== index);
  // A target that could not be read is in no plan: it adds to what there is to do.
  const changes = state.changes === undefined || isChange(action) ? state.changes : state.changes + 1;
  if (result === "failed") return { ...state, changes, running, failed: state.failed + 1 };
  if (result === "skipped") return { ...state, running, skipped: state.skipped + 1 };
  return isChange(action) ? { ...state, running, done: state.done + 1 } : { ...state, running };
};

const MAX_SHOWN = 8;

/** The few lines that a terminal shows while a pass runs; repainted after every event. */
export const renderProgress = (state: Progress, style: Style, elapsed = 0): string => {
  const wait = waitText(state, style);
  if (state.changes === undefined) return paint(style, "bold", observingText(state, elapsed)) + wait;
  const shown = state.running.slice(0, MAX_SHOWN);
  const hidden = state.running.length - shown.length;
  return `${[
    truncate(applyingText(state, state.changes), style.columns),
    ...shown.map(({ action, title }) => `  ${symbol(action, style)} ${truncate(title, style.columns - 4)}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ].join("\n")}${wait}`;
};

const waitText = ({ waitsUntil }: Progress, style: Style): string =>
  waitsUntil === undefined
    ? ""
    : paint(
        style,
        "yellow",
        `\n  GitLab's rate limit: waits until ${waitsUntil.toISOString().slice(11, 19)} UTC`,
      );

const observingText = ({ observing: { done, total } }: Progress, elapsed: number): string => {
  if (total === 0) return "Reading targets";
  return `Reading targets: ${done} of ${total}${leftText(done / total, elapsed)}`;
};

/** Until so much is done, what is left is anybody's guess. */
const ENOUGH = { part: 0.02, elapsed: 5 * SECOND };

const leftText = (part: number, elapsed: number): string => {
  if (part < ENOUGH.part || part >= 1 || elapsed < ENOUGH.elapsed) return "";
  const seconds = Math.ceil((elapsed * (1 / part - 1)) / SECOND);
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
};

const applyingText = (state: Progress, changes: number): string => {
  const over = state.done + state.skipped + state.failed;
  const skipped = state.skipped > 0 ? `, ${state.skipped} skipped` : "";
  const parts = `${state.done} done, ${state.failed} failed${skipped}, ${state.running.length} running`;
  // A lineage that is decided again on a fresh read may need more than the plan held.
  return `Applying ${over} of ${Math.max(changes, over + state.running.length)}: ${parts}`;
};
