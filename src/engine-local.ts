import cron from "node-cron";
import type { Engine } from "./engine.ts";
import type { Logger } from "./logger.ts";
import type { Policy } from "./model/policy.ts";
import { runPass } from "./pass.ts";
import type { Program } from "./program.ts";
import { scheduleOf } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import type { Watch } from "./watch.ts";

export interface LocalEngineInput {
  readonly settings: Settings;
  readonly file: string;
  readonly logger: Logger;
  readonly policy: Policy;
  readonly watch: () => Watch;
}

/** A pass at start, then one a tick, never two at once. A failed pass is told and the next tick tries again. */
export const createLocalEngine = (program: Program, input: LocalEngineInput): Engine => {
  const { settings, file, logger } = input;
  let { policy } = input;
  let running: Promise<void> | undefined;
  let task: ReturnType<typeof cron.schedule> | undefined;

  const pass = (): Promise<void> => {
    const watch = input.watch();
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
  const schedule = (): ReturnType<typeof cron.schedule> => {
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
  return {
    start: () => {
      task = schedule();
      return pass();
    },
    nextTimes: (count) => task?.getNextRuns(count) ?? [],
    reconfigure: (next) => {
      policy = next;
      void task?.destroy();
      task = schedule();
    },
    isBusy: () => running !== undefined,
    stop: async () => {
      await task?.destroy();
      await running;
    },
  };
};
