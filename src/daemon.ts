import cron from "node-cron";
import type { Logger } from "./logger.ts";
import { PolicyError, SettingsError } from "./model/errors.ts";
import type { Policy } from "./model/policy.ts";
import { runPass } from "./pass.ts";
import { formatIssue } from "./policy/issue-text.ts";
import { readPolicy } from "./policy-file.ts";
import { EXIT, type Program } from "./program.ts";
import type { Settings } from "./settings.ts";
import { openWatch } from "./watch.ts";

export interface DaemonInput {
  readonly settings: Settings;
  readonly file: string;
  readonly logger: Logger;
  /** Where passes are written down too. */
  readonly historyFile?: string | undefined;
}

/** How long a stop waits for the rotations in hand. */
const STOP_WITHIN = 60_000;

const scheduleOf = (policy: Policy): NonNullable<Policy["schedule"]> => {
  if (policy.schedule === undefined)
    throw new SettingsError(
      "`run` needs a `schedule:` with a `cron:` in the policy; `apply` runs one pass without it",
    );
  return policy.schedule;
};

/** A pass at start, then one a tick, never two at once. A failed pass is told and the next tick tries again. */
export const runDaemon = async (program: Program, input: DaemonInput): Promise<number> => {
  const { settings, file, logger } = input;
  let policy = readPolicy(program, settings, file);
  // What no tick would mend is told at once.
  settings.gitlabToken();
  let running: Promise<void> | undefined;
  let task: ReturnType<typeof cron.schedule> | undefined;
  const watch = await openWatch(program, {
    policy,
    policyFile: file,
    settings,
    logger,
    historyFile: input.historyFile,
    nextTimes: (count) => task?.getNextRuns(count) ?? [],
  });

  const pass = (): Promise<void> => {
    if (running === undefined) watch.passBegan();
    running ??= runPass(program, {
      policy,
      policyFile: file,
      settings,
      mode: "apply",
      logger,
      style: undefined,
      observer: watch.observer,
    })
      .then(watch.passEnded)
      .catch((error: unknown) => {
        logger.error("pass failed", { error });
        return watch.passBroke(error);
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const start = (): ReturnType<typeof cron.schedule> => {
    const { cron: expression, timezone, jitter } = scheduleOf(policy);
    return cron.schedule(expression, pass, { timezone, noOverlap: true, maxRandomDelay: jitter });
  };

  // node-cron writes to the console by itself otherwise.
  cron.setLogger({
    info: (message) => logger.debug("cron", { detail: message }),
    warn: (message) => logger.warn("cron", { detail: message }),
    error: (message) => logger.error("cron", { detail: String(message) }),
    debug: (message) => logger.debug("cron", { detail: String(message) }),
  });
  task = start();
  program.onReload(() => {
    try {
      const next = readPolicy(program, settings, file);
      scheduleOf(next);
      policy = next;
      void task?.destroy();
      task = start();
      void watch.reconfigure(next);
      logger.info("policy reloaded", { policy: file });
    } catch (error) {
      const issues = error instanceof PolicyError ? error.issues.map(formatIssue) : undefined;
      logger.error("new policy refused, the old one stays in force", { error, ...(issues && { issues }) });
    }
  });
  logger.info("started", { policy: file, schedule: scheduleOf(policy).cron });
  await Promise.race([pass(), stopped(program.stop)]);
  await stopped(program.stop);
  await task.destroy();
  logger.info("stopping", { inHand: running !== undefined });
  const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN).unref());
  await Promise.race([running, late]);
  await watch.close();
  logger.info("stopped");
  await logger.close();
  return EXIT.done;
};

const stopped = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
