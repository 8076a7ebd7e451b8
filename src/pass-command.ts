import { createLogger, type Logger } from "./logger.ts";
import type { Policy } from "./model/policy.ts";
import type { PassReport } from "./model/report.ts";
import { runPass } from "./pass.ts";
import { readPolicy } from "./policy-file.ts";
import { EXIT, type Program } from "./program.ts";
import { applyJson, jsonText, planJson } from "./report/json.ts";
import type { Style } from "./report/text.ts";
import { readSettings, type Settings } from "./settings.ts";

/** The options that commands share. */
export interface Options {
  readonly policy?: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

export const DEFAULT_POLICY = "rotation.yaml";

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

/** `plan` and `apply`. */
export const passCommand = async (
  program: Program,
  options: Options,
  mode: "plan" | "apply",
): Promise<number> => {
  const loaded = load(program, options);
  const style = styleOf(program);
  const paints = mode === "apply" && options.json !== true && program.stderr.isTTY === true;
  const logger = mode === "apply" && !paints ? await openLogger(program, loaded.settings) : undefined;
  const report = await runPass(program, { ...loaded, mode, logger, style: paints ? style : undefined });
  await logger?.close();
  program.stdout.write(`${await renderReport(report, { mode, style, json: options.json === true })}\n`);
  return exitCode(report, options);
};

export const renderReport = async (
  report: PassReport,
  { mode, style, json }: { mode: "plan" | "apply"; style: Style; json: boolean },
): Promise<string> => {
  if (json) return jsonText(mode === "plan" ? planJson(report) : applyJson(report));
  return mode === "plan"
    ? (await import("./report/plan-text.ts")).renderPlan(report, style)
    : (await import("./report/apply-text.ts")).renderApply(report, style);
};

export const exitCode = ({ summary }: PassReport, options: Options): number => {
  if (summary.failed > 0) return EXIT.failed;
  const changes = summary.create + summary.rotate + summary.delete;
  return options.detailedExitcode === true && changes > 0 ? EXIT.changes : EXIT.done;
};
