import type { Archive, ArchivedPass } from "./fleet/archive.ts";
import type { Beat } from "./fleet/registry.ts";
import type { PassProgress } from "./model/overview.ts";
import type { PassEvent } from "./model/report.ts";
import type { Watch } from "./watch.ts";

/** What this replica shows of passes, whoever is at them. */
export interface FleetSight {
  running(): PassProgress | undefined;
  /** Waits are each replica's own. */
  onEvent(event: PassEvent): void;
  see(beat: Beat): Promise<void>;
}

export interface SightOptions {
  readonly archive: Archive;
  readonly watch: () => Watch;
  /** What ended earlier is shown, but no news for the history. */
  readonly startedAt: Date;
}

const REMEMBERED = 50;

export const createFleetSight = ({ archive, watch, startedAt }: SightOptions): FleetSight => {
  let passes: readonly ArchivedPass[] = [];
  let lastPass: string | undefined;
  let running: PassProgress | undefined;
  let waitsUntil: Date | undefined;

  const progressOf = ({ pass, progress }: Beat): PassProgress | undefined => {
    if (pass === undefined) return undefined;
    const { total } = progress;
    // What was done twice, as a worker died in between, counts twice.
    const done = Math.min(progress.done, total ?? progress.done);
    return { ...progress, done, startedAt: pass.startedAt, waitsUntil: undefined };
  };

  return {
    running: () => running && { ...running, waitsUntil },
    onEvent: (event) => {
      if (event.kind === "waiting") waitsUntil = event.until;
    },
    see: async (beat) => {
      running = progressOf(beat);
      if (beat.lastPass === undefined || beat.lastPass === lastPass) return;
      const [found, status] = await Promise.all([archive.passes(), archive.status()]);
      const known = new Set(passes.map(({ id }) => id));
      const fresh = found.filter(({ id }) => !known.has(id));
      // A Redis that has lost its data does not take away what we know.
      passes = [...fresh, ...passes].slice(0, REMEMBERED);
      lastPass = beat.lastPass;
      await watch().passesSeen({
        status,
        passes: passes.map(({ record }) => record),
        ended: fresh
          .map(({ record }) => record)
          .filter(({ finishedAt }) => finishedAt >= startedAt)
          .reverse(),
      });
    },
  };
};
