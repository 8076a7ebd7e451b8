import { setTimeout as sleep } from "node:timers/promises";
import { plainFields } from "../../src/log-fields.ts";
import type { Logger } from "../../src/logger.ts";
import type { Clock } from "../../src/model/clock.ts";
import { milliseconds } from "../../src/model/duration.ts";
import { createNotifier, type Notifier, type NotifierOptions } from "../../src/notifier.ts";
import { readSettings } from "../../src/settings.ts";
import { atTheEnd } from "../gitlab/tiny-server.ts";
import { load, policyText } from "../policy/policy-text.ts";

/** Back-off is noted and nearly skipped; what is a second at most is real. */
export const impatientClock = (now: () => Date = () => new Date()): Clock & { readonly slept: number[] } => {
  const slept: number[] = [];
  return {
    slept,
    now,
    monotonic: () => performance.now(),
    sleep: (duration, signal) => {
      slept.push(duration);
      return sleep(duration <= 1_000 ? duration : 5, undefined, signal && { signal });
    },
  };
};

export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const aLogger = (): Logger & {
  readonly lines: Logged[];
  logged(message: string): Promise<Logged>;
} => {
  const lines: Logged[] = [];
  const waiting = new Set<() => void>();
  const log =
    (level: string) =>
    (message: string, fields: object = {}) => {
      lines.push({
        level,
        message,
        fields: plainFields(fields as Record<string, unknown>, { stacks: true }),
      });
      for (const look of waiting) look();
    };
  return {
    lines,
    error: log("error"),
    warn: log("warn"),
    info: log("info"),
    debug: log("debug"),
    flush: async () => {},
    close: async () => {},
    logged: (message) =>
      new Promise((resolve) => {
        const look = (): void => {
          const line = lines.find((each) => each.message === message);
          if (line === undefined) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        look();
      }),
  };
};

export interface NotifierWorld {
  readonly notifier: Notifier;
  readonly logger: ReturnType<typeof aLogger>;
  readonly clock: ReturnType<typeof impatientClock>;
}

export interface WorldOptions extends Partial<Pick<NotifierOptions, "timing" | "memoryFile">> {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly now?: () => Date;
  readonly files?: Readonly<Record<string, string>>;
}

export const policyWith = (notify: string) => load(policyText({ notify }));

export const aNotifier = (notify: string, options: WorldOptions = {}): NotifierWorld => {
  const { env = {}, files = {}, timing, memoryFile, now } = options;
  const logger = aLogger();
  const clock = impatientClock(now);
  const readFile = (path: string): Uint8Array => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error("gone"), { code: "ENOENT" });
    return Buffer.from(text);
  };
  const notifier = createNotifier(
    { clock, env, readFile },
    {
      policy: policyWith(notify),
      policyFile: "/etc/rotator/rotation.yaml",
      settings: readSettings(env, () => ""),
      logger,
      memoryFile,
      timing: { deadline: milliseconds(300), patience: milliseconds(900), ...timing },
    },
  );
  atTheEnd(() => notifier.close());
  return { notifier, logger, clock };
};
