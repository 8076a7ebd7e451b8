import { createLogger, type Logger } from "./logger.ts";
import type { Policy } from "./model/policy.ts";
import { readPolicy } from "./policy-file.ts";
import { DEFAULT_POLICY, type Program } from "./program.ts";
import type { Style } from "./report/text.ts";
import { readSettings, type Settings } from "./settings.ts";

/** The options that commands share. */
export interface Options {
  readonly policy?: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
  /** Where passes are written down. */
  readonly history?: string;
}

export interface Loaded {
  readonly settings: Settings;
  readonly policyFile: string;
  readonly policy: Policy;
}

export const settingsOf = (program: Program): Settings =>
  readSettings(program.env, (path) => Buffer.from(program.readFile(path)).toString("utf8"));

export const policyFileOf = (options: Options, settings: Settings): string =>
  options.policy ?? settings.policyFile ?? DEFAULT_POLICY;

export const load = (program: Program, options: Options): Loaded => {
  const settings = settingsOf(program);
  const policyFile = policyFileOf(options, settings);
  return { settings, policyFile, policy: readPolicy(program, settings, policyFile) };
};

export const styleOf = ({ stdout, env }: Program): Style => ({
  color: stdout.isTTY === true && env["NO_COLOR"] === undefined,
  columns: stdout.columns ?? 100,
});

export const openLogger = (program: Program, settings: Settings): Promise<Logger> =>
  createLogger({
    level: settings.logLevel,
    format: settings.logFormat ?? (program.stderr.isTTY ? "text" : "json"),
    stream: program.stderr,
    color: program.stderr.isTTY === true && program.env["NO_COLOR"] === undefined,
    now: () => program.clock.now(),
  });
