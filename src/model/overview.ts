import type { FleetView } from "./fleet.ts";
import type { PassRecord } from "./history.ts";
import type { StatusReport } from "./status.ts";

/** A pass under way. */
export interface PassProgress {
  readonly startedAt: Date;
  readonly phase: "resolving" | "observing" | "acting";
  readonly done: number;
  /** Absent until it is known. */
  readonly total: number | undefined;
  /** Set while GitLab's rate limit makes us wait. */
  readonly waitsUntil: Date | undefined;
}

/** Everything that the server of `run` shows. A snapshot; nothing secret. */
export interface Overview {
  readonly version: string;
  readonly startedAt: Date;
  readonly policyFile: string;
  readonly gitlabUrl: string;
  /** Where links to a secret lead; absent for the file store. */
  readonly awsRegion: string | undefined;
  readonly schedule: { readonly cron: string; readonly timezone: string };
  /** The longest time between two ticks, in milliseconds. */
  readonly interval: number;
  readonly nextPassAt: Date | undefined;
  /** Of the last pass that came to an end; absent before. */
  readonly status: StatusReport | undefined;
  /** The newest first. */
  readonly passes: readonly PassRecord[];
  readonly running: PassProgress | undefined;
  /** The other processes that share the passes; absent where each is on its own. */
  readonly fleet?: FleetView | undefined;
}
