import type { PassProgress } from "./model/overview.ts";
import type { PassEvent } from "./model/report.ts";

const isChange = (action: string): boolean => ["create", "rotate", "delete"].includes(action);

/** How far a pass is, told by its events. */
export const begun = (startedAt: Date): PassProgress => ({
  startedAt,
  phase: "resolving",
  done: 0,
  total: undefined,
  waitsUntil: undefined,
});

export const advanced = (progress: PassProgress, event: PassEvent): PassProgress => {
  switch (event.kind) {
    case "observing":
      return { ...progress, phase: "observing", done: event.done, total: event.total };
    case "observed":
      return { ...progress, phase: "acting", done: 0, total: event.changes };
    case "finished": {
      if (progress.phase !== "acting" || !isChange(event.action.action)) return progress;
      const done = progress.done + 1;
      // A lineage that is decided again on a fresh read may need more than the plan held.
      return { ...progress, done, total: Math.max(done, progress.total ?? 0) };
    }
    case "waiting":
      return { ...progress, waitsUntil: event.until };
    default:
      return progress;
  }
};
