import type { Engine } from "./engine.ts";
import type { FleetTiming } from "./fleet/timing.ts";
import type { Logger } from "./logger.ts";
import { PolicyError, SettingsError } from "./model/errors.ts";
import type { Policy } from "./model/policy.ts";
import { formatIssue } from "./policy/issue-text.ts";
import { readPolicy } from "./policy-file.ts";
import { EXIT, type Program } from "./program.ts";
import { scheduleOf } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import { versionOf } from "./version.ts";
import { type FleetWatch, openWatch, type Watch } from "./watch.ts";

export interface DaemonInput {
  readonly settings: Settings;
  readonly file: string;
  readonly logger: Logger;
  /** Where passes are written down too. */
  readonly historyFile?: string | undefined;
  /** In place of this program's own, e.g. of an earlier one beside it. */
  readonly version?: string | undefined;
  readonly fleetTiming?: Partial<FleetTiming> | undefined;
}

/** How long a stop waits for the rotations in hand. */
const STOP_WITHIN = 60_000;

const openEngine = async (
  program: Program,
  { policy, watch, ...input }: DaemonInput & { readonly policy: Policy; readonly watch: () => Watch },
): Promise<Engine & { readonly fleet?: FleetWatch }> => {
  const { engine } = policy;
  if (engine.type === "local") {
    const { createLocalEngine } = await import("./engine-local.ts");
    return createLocalEngine(program, { ...input, policy, watch });
  }
  const { createFleetEngine } = await import("./engine-fleet.ts");
  const version = input.version ?? versionOf(program);
  return createFleetEngine(program, { ...input, policy, engine, version, watch, timing: input.fleetTiming });
};

/** Makes passes by itself or with others until it is asked to stop. */
export const runDaemon = async (program: Program, input: DaemonInput): Promise<number> => {
  const { settings, file, logger } = input;
  const policy = readPolicy(program, settings, file);
  scheduleOf(policy);
  // What no tick would mend is told at once.
  settings.gitlabToken();
  let opened: Watch | undefined;
  const engine = await openEngine(program, {
    ...input,
    policy,
    watch: () => {
      if (opened === undefined) throw new Error("nobody watches yet");
      return opened;
    },
  });
  const watch = await openWatch(program, {
    policy,
    policyFile: file,
    settings,
    logger,
    historyFile: input.historyFile,
    nextTimes: engine.nextTimes,
    fleet: engine.fleet,
  }).catch(async (error: unknown) => {
    // Its connections would keep the process alive, doing nothing.
    await engine.stop();
    throw error;
  });
  opened = watch;

  program.onReload(() => {
    try {
      const next = readPolicy(program, settings, file);
      scheduleOf(next);
      if (next.engine.type !== policy.engine.type)
        throw new SettingsError("`engine:` has changed, which needs a restart");
      engine.reconfigure(next);
      void watch.reconfigure(next);
      logger.info("policy reloaded", { policy: file });
    } catch (error) {
      const issues = error instanceof PolicyError ? error.issues.map(formatIssue) : undefined;
      logger.error("new policy refused, the old one stays in force", { error, ...(issues && { issues }) });
    }
  });
  logger.info("started", { policy: file, schedule: scheduleOf(policy).cron });
  await Promise.race([engine.start(), stopped(program.stop)]);
  await stopped(program.stop);
  logger.info("stopping", { inHand: engine.isBusy() });
  const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN).unref());
  await Promise.race([engine.stop(), late]);
  await watch.close();
  logger.info("stopped");
  await logger.close();
  return EXIT.done;
};

const stopped = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
