import { createInterface } from "node:readline/promises";
import { load, type Options, openLogger, styleOf } from "./command.ts";
import { RequestError } from "./model/errors.ts";
import type { LineageReport } from "./model/report.ts";
import { withConnection } from "./pass.ts";
import { exitCode, printReport } from "./pass-command.ts";
import { EXIT, type Program } from "./program.ts";
import { adviceText, LIVES_ON, questionText } from "./report/rotate-text.ts";
import { parseTarget, rotateLineage } from "./rotate-lineage.ts";

export interface RotateCommandOptions extends Options {
  readonly target: string;
  readonly token: string;
  readonly leaked?: boolean;
  readonly yes?: boolean;
}

const ask = async (program: Program, question: string): Promise<boolean> => {
  const { stdin, stderr, stop } = program;
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: stop });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    // Asked to stop in place of an answer.
    return false;
  } finally {
    terminal.close();
  }
};

/** `rotate <target> <token>`: asks on a terminal, rotates, and says what is left to do for those who use the token. */
export const rotateCommand = async (program: Program, options: RotateCommandOptions): Promise<number> => {
  const { leaked = false, yes = false, json = false, token } = options;
  const loaded = load(program, options);
  const style = styleOf(program);
  if (!yes && !(program.stdin.isTTY && program.stderr.isTTY))
    throw new RequestError("there is no terminal to ask on; give --yes to rotate without being asked");
  const logger = await openLogger(program, loaded.settings);
  let declined = false;
  const confirm = async (planned: LineageReport): Promise<boolean> => {
    if (yes) return true;
    const errorStyle = { ...style, color: program.stderr.isTTY === true && style.color };
    declined = !(await ask(program, questionText(planned, { leaked, now: program.clock.now() }, errorStyle)));
    return !declined;
  };
  const report = await withConnection(program, { ...loaded, logger }, ({ ports, onEvent }) =>
    rotateLineage({
      policy: loaded.policy,
      ports,
      request: { ...parseTarget(options.target), token, leaked },
      stop: program.stop,
      onEvent,
      confirm,
    }),
  ).catch((error: unknown) => {
    if (leaked && !(error instanceof RequestError)) program.stderr.write(`${LIVES_ON}\n`);
    throw error;
  });
  await logger.close();
  if (declined) {
    program.stderr.write("Nothing was changed.\n");
    return EXIT.done;
  }
  await printReport(program, report, { mode: "apply", style, json });
  const advice = adviceText(report, { leaked, now: program.clock.now() }, style);
  if (!json && advice !== "") program.stdout.write(`\n${advice}\n`);
  return exitCode(report, options);
};
