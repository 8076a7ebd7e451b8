import { findingsFor } from "./findings-for-digest.ts";
import { openHistory } from "./history.ts";
import type { Logger } from "./logger.ts";
import type { AuditFinding } from "./model/audit.ts";
import { HOUR } from "./model/duration.ts";
import type { FleetView } from "./model/fleet.ts";
import type { PassRecord } from "./model/history.ts";
import type { Overview, PassProgress } from "./model/overview.ts";
import type { Listen, Policy } from "./model/policy.ts";
import type { PassReport } from "./model/report.ts";
import type { StatusReport } from "./model/status.ts";
import { createNotifier } from "./notifier.ts";
import type { PassObserver } from "./pass.ts";
import { advanced, begun } from "./pass-progress.ts";
import type { Program } from "./program.ts";
import { failedPass, recordOf } from "./report/pass-record.ts";
import { statusOf } from "./report/status.ts";
import { longestBetween } from "./schedule.ts";
import type { Metrics } from "./server/metrics.ts";
import type { RunningServer } from "./server/server.ts";
import type { Settings } from "./settings.ts";
import { versionOf } from "./version.ts";

export interface WatchInput {
  readonly policy: Policy;
  readonly policyFile: string;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Where passes are written down too. */
  readonly historyFile: string | undefined;
  /** The next times, as many as asked for. */
  readonly nextTimes: (count: number) => readonly Date[];
  /** Where passes are a fleet's. What is told to people is then told once, and not by this. */
  readonly fleet?: FleetWatch | undefined;
}

export interface FleetWatch {
  view(): FleetView;
  /** The pass under way, whoever is at it. */
  running(): PassProgress | undefined;
}

/** What a fleet's passes came to. */
export interface PassesSeen {
  readonly status: StatusReport | undefined;
  /** The newest first. */
  readonly passes: readonly PassRecord[];
  /** Those that ended since the last time, for the history. */
  readonly ended: readonly PassRecord[];
}

/** What operators see of the daemon: the server, the metrics, the history and the notifications. */
export interface Watch {
  readonly observer: PassObserver;
  passBegan(): void;
  passEnded(report: PassReport): Promise<void>;
  passBroke(error: unknown): Promise<void>;
  /** Passes that ended anywhere in the fleet. */
  passesSeen(seen: PassesSeen): Promise<void>;
  /** A pass of the fleet that is counted here. */
  passCounted(record: PassRecord): void;
  /** Another policy is in force. A server that cannot move stays where it is, and the log says so. */
  reconfigure(policy: Policy): Promise<void>;
  close(): Promise<void>;
}

/** How often it is looked for tokens that no policy covers, for the digest: it reads more than a pass does. */
const LOOK_AFTER = 23 * HOUR;

const same = (one: Listen | undefined, other: Listen | undefined): boolean =>
  one?.host === other?.host && one?.port === other?.port;

/** Throws `SettingsError` when the history cannot be read or nobody can listen there. */
export const openWatch = async (program: Program, input: WatchInput): Promise<Watch> => {
  const { clock, env } = program;
  const { logger, policyFile, settings, historyFile, nextTimes, fleet } = input;
  const startedAt = clock.now();
  const version = versionOf(program);
  const history = await openHistory(historyFile);
  const memoryFile = historyFile && `${historyFile}.notify.json`;
  const notifier =
    fleet === undefined
      ? createNotifier(program, { policy: input.policy, policyFile, settings, logger, memoryFile })
      : undefined;
  let { policy } = input;
  let status: StatusReport | undefined;
  let shared: readonly PassRecord[] = [];
  let running: PassProgress | undefined;
  let metrics: Metrics | undefined;
  let server: RunningServer | undefined;

  const overview = (): Overview => ({
    version,
    startedAt,
    policyFile,
    gitlabUrl: policy.gitlab.url,
    awsRegion: policy.store.type === "file" ? undefined : (policy.store.region ?? env["AWS_REGION"]),
    schedule: {
      cron: policy.schedule?.cron ?? "",
      timezone: policy.schedule?.timezone ?? "UTC",
    },
    interval: longestBetween(nextTimes) + (policy.schedule?.jitter ?? 0),
    nextPassAt: nextTimes(1)[0],
    status,
    passes: fleet === undefined ? history.passes() : shared,
    running: fleet === undefined ? running : fleet.running(),
    fleet: fleet?.view(),
  });
  const listen = async (to: Listen | undefined): Promise<void> => {
    if (to === undefined) return;
    const { createMetrics } = await import("./server/metrics.ts");
    const { startServer } = await import("./server/server.ts");
    metrics ??= createMetrics();
    const onError = (error: unknown): void => logger.error("server failed", { error });
    server = await startServer({ listen: to, overview, metrics, clock, onError });
    logger.info("server listening", { url: server.url });
  };
  // A full disk must not keep tokens from being rotated.
  const write = (record: PassRecord): Promise<void> =>
    history.add(record).catch((error: unknown) => logger.error("history not written", { error }));
  const remember = async (record: PassRecord): Promise<void> => {
    running = undefined;
    metrics?.passFinished(record);
    await write(record);
  };
  let lookedAt: Date | undefined;
  const findings = async (): Promise<readonly AuditFinding[] | undefined> => {
    const now = clock.now();
    if (policy.notify.length === 0 || program.stop.aborted) return undefined;
    if (lookedAt !== undefined && now.getTime() - lookedAt.getTime() < LOOK_AFTER) return undefined;
    lookedAt = now;
    return findingsFor(program, { settings, policyFile, policy }, logger);
  };
  await listen(policy.server);
  /** Where it really listens, which need not be where the policy wants it. */
  let at = policy.server;
  const move = async (to: Listen | undefined): Promise<void> => {
    if (same(at, to)) return;
    const old = server;
    // A port is had once: with another address it has to be given up first.
    const isInTheWay = old !== undefined && at?.port === to?.port;
    try {
      if (isInTheWay) await old.close();
      server = undefined;
      await listen(to);
      at = to;
      if (!isInTheWay) await old?.close();
    } catch (error) {
      server = old;
      logger.error("server stays where it is", { error });
      if (isInTheWay)
        await listen(at).catch((lost: unknown) => logger.error("server cannot return", { error: lost }));
    }
  };
  let moving: Promise<void> = Promise.resolve();

  return {
    observer: {
      onEvent: (event) => {
        if (running !== undefined) running = advanced(running, event);
      },
      telemetry: {
        request: (sample) => metrics?.request(sample),
        rateLimitWait: (seconds) => metrics?.rateLimitWait(seconds),
      },
    },
    passBegan: () => {
      running = begun(clock.now());
    },
    passEnded: async (report) => {
      status = statusOf(report);
      const record = recordOf(report);
      await remember(record);
      notifier?.passEnded(status, record, await findings());
    },
    passBroke: async (error) => {
      await remember(failedPass(running?.startedAt ?? clock.now(), clock.now(), error));
      notifier?.passFailed(error);
    },
    passesSeen: async (seen) => {
      status = seen.status ?? status;
      shared = seen.passes;
      for (const record of seen.ended) await write(record);
    },
    passCounted: (record) => metrics?.passFinished(record),
    reconfigure: (next) => {
      policy = next;
      notifier?.reconfigure(next);
      // One after the other: of two at once, one would leave its server behind.
      moving = moving.then(() => move(next.server));
      return moving;
    },
    close: async () => {
      await moving;
      await Promise.all([server?.close(), notifier?.close()]);
    },
  };
};
