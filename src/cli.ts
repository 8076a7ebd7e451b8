import { Command, CommanderError } from "commander";
import type { AuditOptions } from "./audit-command.ts";
import { PolicyError, RotatorError } from "./model/errors.ts";
import { formatIssue } from "./policy/issue-text.ts";
import { DEFAULT_POLICY, EXIT, type Program } from "./program.ts";
import { safeText } from "./report/text.ts";
import type { RotateCommandOptions } from "./rotate-command.ts";
import type { StatusOptions } from "./status-command.ts";
import { versionOf } from "./version.ts";

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
    // Settings errors list everything that is wrong, a line each.
    say(`${error.code}: ${error.message.split("\n").map(safeText).join("\n")}`);
    if (error.code === "ERR_REQUEST_INVALID") return EXIT.usage;
    return error.code === "ERR_SETTINGS_INVALID" ? EXIT.config : EXIT.failed;
  }
  say(
    `ERR_INTERNAL: ${safeText(error instanceof Error ? error.message : String(error))}; please report this`,
  );
  return EXIT.failed;
};

type AnyOptions = RotateCommandOptions & StatusOptions & Omit<AuditOptions, "version">;

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
    run: (options: AnyOptions, ...names: readonly string[]) => Promise<number> | number,
  ): Command =>
    root
      .command(name)
      .description(about)
      .option("--policy <file>", `the policy (default: ROTATION_POLICY, else ${DEFAULT_POLICY})`)
      .action(async (...given: unknown[]) => {
        // commander gives the arguments, the options, and the command itself.
        const [options, ...names] = [given.at(-2), ...given.slice(0, -2)];
        code = await run(options as AnyOptions, ...(names as string[]));
      });
  command("validate", "check the policy, offline", async (options) => {
    const { validateCommand } = await import("./validate-command.ts");
    return validateCommand(program, options);
  }).option("--json", "one JSON document on standard output");
  command("plan", "one read-only pass: what would be done, and why", async (options) => {
    const { passCommand } = await import("./pass-command.ts");
    return passCommand(program, options, "plan");
  })
    .option("--json", "one JSON document on standard output")
    .option("--detailed-exitcode", "exit 2 when changes are pending");
  command("apply", "one pass, then exit", async (options) => {
    const { passCommand } = await import("./pass-command.ts");
    return passCommand(program, options, "apply");
  })
    .option("--json", "one JSON document on standard output")
    .option("--history <file>", "write down what the pass did, as a JSON line");
  command(
    "status",
    "every lineage: token, expiry, next renewal, secret, what waits for deletion",
    async (options) => {
      const { statusCommand } = await import("./status-command.ts");
      return statusCommand(program, options);
    },
  )
    .option("--target <glob>", "only targets whose full path fits, e.g. platform/**")
    .option("--token <glob>", "only tokens whose name fits")
    .option(
      "--state <states>",
      "only these, with commas: failing, conflict, in-progress, due, overlapping, healthy",
    )
    .option("--watch [seconds]", "look again and again, in place")
    .option("--history <file>", "say what the last pass did, from a file that `run` or `apply` writes")
    .option("--json", "one JSON document on standard output");
  command("run", "a pass at start, then on the policy's schedule, until SIGTERM", async (options) => {
    const { openLogger, policyFileOf, settingsOf } = await import("./command.ts");
    const { runDaemon } = await import("./daemon.ts");
    const settings = settingsOf(program);
    const file = policyFileOf(options, settings);
    const logger = await openLogger(program, settings);
    return runDaemon(program, { settings, file, logger, historyFile: options.history });
  }).option("--history <file>", "write down what each pass did, as JSON lines");
  command(
    "rotate <target> <token>",
    "rotate one token now, whatever its expiry",
    async (options: AnyOptions, target, token) => {
      const { rotateCommand } = await import("./rotate-command.ts");
      return rotateCommand(program, { ...options, target: target ?? "", token: token ?? "" });
    },
  )
    .option("--leaked", "delete what it replaces as soon as the new token is stored, without any overlap")
    .option("--yes", "do not ask")
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      "\n<target> is a full path or an id that the policy covers: platform/api, 42, project:platform/api, group:platform",
    );
  command("audit", "what no policy covers, never expires, may write, or was left lying", async (options) => {
    const { auditCommand } = await import("./audit-command.ts");
    return auditCommand(program, { ...options, version: versionOf(program) });
  })
    .option("--json", "one JSON document on standard output")
    .option("--format <format>", "table, json, sarif or code-quality")
    .option("--instance", "fail to look where the instance's list of all tokens is refused")
    .option("--no-instance", "do not ask for the instance's list of all tokens")
    .option("--severity <severity>", "only this and what is worse: high, medium or low")
    .option(
      "--target <glob>",
      "only targets whose full path fits, or of this id: platform/**, group:platform, 42",
    )
    .option("--code <codes>", "only these, with commas, e.g. Uncovered,ExpiresSoon")
    .addHelpText("after", "\nExit codes: 0 nothing found, 1 something could not be read, 2 findings.");
  command("notify", "send a test digest to the policy's receivers", async (options) => {
    const { notifyCommand } = await import("./notify-command.ts");
    return notifyCommand(program, options);
  })
    .option("--test", "send a test digest")
    .option("--receiver <name>", "to this receiver only");
  command("doctor", "can this set-up work? what to do where it cannot", async (options) => {
    const { doctorCommand } = await import("./doctor-command.ts");
    return doctorCommand(program, options);
  }).option("--json", "one JSON document on standard output");
  command("schema", "print the JSON Schema of the policy", () => schema(program));
  try {
    await root.parseAsync([...program.argv], { from: "user" });
    return code;
  } catch (error) {
    return explain(program, error);
  }
};
