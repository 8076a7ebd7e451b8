import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { createLogger, type Logger } from "./logger.ts";
import { PolicyError, RotatorError } from "./model/errors.ts";
import type { PassReport } from "./model/report.ts";
import { runPass } from "./pass.ts";
import { formatIssue } from "./policy/issue-text.ts";
import { policyWarnings } from "./policy/warnings.ts";
import { readPolicy } from "./policy-file.ts";
import { EXIT, type Program } from "./program.ts";
import { applyJson, jsonText, planJson, validateJson } from "./report/json.ts";
import { type Style, safeText } from "./report/text.ts";
import { readSettings, type Settings } from "./settings.ts";

interface Options {
  readonly policy?: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

const DEFAULT_POLICY = "rotation.yaml";

const settingsOf = (program: Program): Settings =>
  readSettings(program.env, (path) => Buffer.from(program.readFile(path)).toString("utf8"));

const styleOf = ({ stdout, env }: Program): Style => ({
  color: stdout.isTTY === true && env["NO_COLOR"] === undefined,
  columns: stdout.columns ?? 100,
});

const openLogger = (program: Program, settings: Settings): Promise<Logger> =>
  createLogger({
    level: settings.logLevel,
    format: settings.logFormat ?? (program.stderr.isTTY ? "text" : "json"),
    stream: program.stderr,
    color: program.stderr.isTTY === true && program.env["NO_COLOR"] === undefined,
    now: () => program.clock.now(),
  });

const onePass = async (program: Program, options: Options, mode: "plan" | "apply"): Promise<number> => {
  const settings = settingsOf(program);
  const policyFile = options.policy ?? settings.policyFile ?? DEFAULT_POLICY;
  const policy = readPolicy(program, settings, policyFile);
  const style = styleOf(program);
  const paints = mode === "apply" && options.json !== true && program.stderr.isTTY === true;
  const logger = mode === "apply" && !paints ? await openLogger(program, settings) : undefined;
  const report = await runPass(program, {
    policy,
    policyFile,
    settings,
    mode,
    logger,
    style: paints ? style : undefined,
  });
  await logger?.close();
  program.stdout.write(`${await renderReport(report, { mode, style, json: options.json === true })}\n`);
  return exitCode(report, options);
};

const renderReport = async (
  report: PassReport,
  { mode, style, json }: { mode: "plan" | "apply"; style: Style; json: boolean },
): Promise<string> => {
  if (json) return jsonText(mode === "plan" ? planJson(report) : applyJson(report));
  return mode === "plan"
    ? (await import("./report/plan-text.ts")).renderPlan(report, style)
    : (await import("./report/apply-text.ts")).renderApply(report, style);
};

const exitCode = ({ summary }: PassReport, options: Options): number => {
  if (summary.failed > 0) return EXIT.failed;
  const changes = summary.create + summary.rotate + summary.delete;
  return options.detailedExitcode === true && changes > 0 ? EXIT.changes : EXIT.done;
};

const validate = (program: Program, options: Options): number => {
  const settings = settingsOf(program);
  const file = options.policy ?? settings.policyFile ?? DEFAULT_POLICY;
  const print = (text: string): void => void program.stdout.write(`${text}\n`);
  try {
    const warnings = policyWarnings(readPolicy(program, settings, file));
    if (options.json) print(jsonText(validateJson({ valid: true, issues: [], warnings })));
    else
      print(
        [...warnings.map((issue) => `warning: ${formatIssue(issue)}`), `${safeText(file)} is valid.`].join(
          "\n",
        ),
      );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof PolicyError) || !options.json) throw error;
    print(jsonText(validateJson({ valid: false, issues: error.issues, warnings: [] })));
    return EXIT.config;
  }
};

const schema = async (program: Program): Promise<number> => {
  const { policyJsonSchema } = await import("./policy/json-schema.ts");
  program.stdout.write(`${JSON.stringify(policyJsonSchema(), undefined, 2)}\n`);
  return EXIT.done;
};

const explain = (program: Program, error: unknown): number => {
  const say = (text: string): void => void program.stderr.write(`${text}\n`);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof PolicyError) {
    for (const issue of error.issues) say(formatIssue(issue));
    return EXIT.config;
  }
  if (error instanceof RotatorError) {
    say(`${error.code}: ${safeText(error.message)}`);
    return error.code === "ERR_SETTINGS_INVALID" ? EXIT.config : EXIT.failed;
  }
  say(
    `ERR_INTERNAL: ${safeText(error instanceof Error ? error.message : String(error))}; please report this`,
  );
  return EXIT.failed;
};

/** The same relative path from `src` and from `dist`. */
const versionOf = (program: Program): string => {
  const text = program.readFile(fileURLToPath(new URL("../package.json", import.meta.url)));
  const { version } = JSON.parse(Buffer.from(text).toString("utf8")) as { readonly version: string };
  return version;
};

/** Runs one command and returns its exit code. */
export const runCli = async (program: Program): Promise<number> => {
  let code: number = EXIT.done;
  const root = new Command("deploy-token-rotator")
    .description(
      "Rotates GitLab deploy tokens before they expire and keeps their values in AWS Secrets Manager.",
    )
    .version(versionOf(program))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void program.stdout.write(text),
      writeErr: (text) => void program.stderr.write(text),
    });
  const command = (
    name: string,
    about: string,
    run: (options: Options) => Promise<number> | number,
  ): Command =>
    root
      .command(name)
      .description(about)
      .option("--policy <file>", `the policy (default: ROTATION_POLICY, else ${DEFAULT_POLICY})`)
      .action(async (options: Options) => {
        code = await run(options);
      });
  command("validate", "check the policy, offline", (options) => validate(program, options)).option(
    "--json",
    "one JSON document on standard output",
  );
  command("plan", "one read-only pass: what would be done, and why", (options) =>
    onePass(program, options, "plan"),
  )
    .option("--json", "one JSON document on standard output")
    .option("--detailed-exitcode", "exit 2 when changes are pending");
  command("apply", "one pass, then exit", (options) => onePass(program, options, "apply")).option(
    "--json",
    "one JSON document on standard output",
  );
  command("run", "a pass at start, then on the policy's schedule, until SIGTERM", async (options) => {
    const { runDaemon } = await import("./daemon.ts");
    const settings = settingsOf(program);
    const file = options.policy ?? settings.policyFile ?? DEFAULT_POLICY;
    return runDaemon(program, { settings, file, logger: await openLogger(program, settings) });
  });
  command("schema", "print the JSON Schema of the policy", () => schema(program));
  try {
    await root.parseAsync([...program.argv], { from: "user" });
    return code;
  } catch (error) {
    return explain(program, error);
  }
};
