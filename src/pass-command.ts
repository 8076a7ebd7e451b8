import { type Loaded, load, type Options, openLogger, styleOf } from "./command.ts";
import type { Logger } from "./logger.ts";
import type { PassRecord } from "./model/history.ts";
import type { PassReport } from "./model/report.ts";
import { runPass } from "./pass.ts";
import { print } from "./print.ts";
import { EXIT, type Program } from "./program.ts";
import { formatFailure } from "./report/failure-text.ts";
import { applyJson, passJsonPieces, planJson } from "./report/json.ts";
import type { Style } from "./report/text.ts";

interface Telling {
  ended(report: PassReport): Promise<void>;
  broke(error: unknown): Promise<void>;
}

/** What a single pass leaves behind for people: a line of history, a digest. Neither may fail it. */
const openTelling = async (
  program: Program,
  {
    history,
    ...input
  }: Loaded & { readonly logger: Logger | undefined; readonly history: string | undefined },
): Promise<Telling | undefined> => {
  if (history === undefined && input.policy.notify.length === 0) return undefined;
  const { appendHistory, checkHistory } = await import("./history.ts");
  if (history !== undefined) await checkHistory(history);
  const { failedPass, recordOf } = await import("./report/pass-record.ts");
  const { statusOf } = await import("./report/status.ts");
  const { createNotifier } = await import("./notifier.ts");
  const startedAt = program.clock.now();
  const notifier = createNotifier(program, { ...input, memoryFile: history && `${history}.notify.json` });
  const remember = async (record: PassRecord): Promise<void> => {
    if (history === undefined) return;
    await appendHistory(history, record).catch((error: unknown) => {
      program.stderr.write(`The pass was not written down: ${formatFailure(error)}\n`);
    });
  };
  return {
    ended: async (report) => {
      const record = recordOf(report);
      await remember(record);
      const { findingsFor } = await import("./findings-for-digest.ts");
      const looks = input.policy.notify.length > 0 && !program.stop.aborted;
      const findings = looks ? await findingsFor(program, input, input.logger) : undefined;
      notifier.passEnded(statusOf(report), record, findings);
      await notifier.close();
    },
    broke: async (error) => {
      await remember(failedPass(startedAt, program.clock.now(), error));
      notifier.passFailed(error);
      await notifier.close();
    },
  };
};

/** `plan` and `apply`. */
export const passCommand = async (
  program: Program,
  options: Options,
  mode: "plan" | "apply",
): Promise<number> => {
  const loaded = load(program, options);
  const style = styleOf(program);
  const paints = options.json !== true && program.stderr.isTTY === true;
  const logger = mode === "apply" && !paints ? await openLogger(program, loaded.settings) : undefined;
  const pass = { ...loaded, mode, logger, style: paints ? style : undefined };
  const tell =
    mode === "apply"
      ? await openTelling(program, { ...loaded, logger, history: options.history })
      : undefined;
  const report = await runPass(program, pass).catch(async (error: unknown) => {
    await tell?.broke(error);
    throw error;
  });
  await tell?.ended(report);
  await logger?.close();
  await printReport(program, report, { mode, style, json: options.json === true });
  return exitCode(report, options);
};

interface Printing {
  readonly mode: "plan" | "apply";
  readonly style: Style;
  readonly json: boolean;
}

const pieces = async (report: PassReport, { mode, style, json }: Printing): Promise<Iterable<string>> => {
  if (json) return passJsonPieces(mode === "plan" ? planJson(report) : applyJson(report));
  return mode === "plan"
    ? (await import("./report/plan-text.ts")).planPieces(report, style)
    : [(await import("./report/apply-text.ts")).renderApply(report, style)];
};

export const printReport = async (program: Program, report: PassReport, printing: Printing): Promise<void> =>
  print(program.stdout, await pieces(report, printing));

export const exitCode = ({ summary }: PassReport, options: Options): number => {
  if (summary.failed > 0) return EXIT.failed;
  const changes = summary.create + summary.rotate + summary.delete;
  return options.detailedExitcode === true && changes > 0 ? EXIT.changes : EXIT.done;
};
