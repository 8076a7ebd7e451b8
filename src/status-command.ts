import { type Loaded, load, type Options, styleOf } from "./command.ts";
import { readHistory } from "./history.ts";
import { RequestError } from "./model/errors.ts";
import type { FleetLook } from "./model/fleet.ts";
import { LINEAGE_STATES, type LineageState, type StatusReport } from "./model/status.ts";
import { runPass } from "./pass.ts";
import { EXIT, type Program } from "./program.ts";
import { jsonText } from "./report/json.ts";
import { filterStatus, type StatusFilter, statusOf } from "./report/status.ts";
import { statusJson } from "./report/status-json.ts";
import { renderStatus } from "./report/status-text.ts";
import type { Style } from "./report/text.ts";

export interface StatusOptions extends Options {
  readonly target?: string;
  readonly token?: string;
  readonly state?: string;
  readonly watch?: string | boolean;
  readonly history?: string;
}

const WATCH_SECONDS = 30;
const MIN_WATCH_SECONDS = 5;

const isState = (text: string): text is LineageState => LINEAGE_STATES.some((state) => state === text);

const statesOf = (text: string | undefined): readonly LineageState[] | undefined => {
  const names = text?.split(",").map((name) => name.trim());
  const unknown = names?.find((name) => !isState(name));
  if (unknown !== undefined)
    throw new RequestError(`--state ${unknown} is none of ${LINEAGE_STATES.join(", ")}`);
  return names?.filter(isState);
};

const globOf = async (option: string, text: string | undefined): Promise<StatusFilter["path"]> => {
  if (text === undefined) return undefined;
  const { compileNameGlob, compilePathGlob, globProblem } = await import("./policy/glob.ts");
  const compile = option === "target" ? compilePathGlob : compileNameGlob;
  const problem = globProblem(text, compile);
  if (problem !== undefined) throw new RequestError(`--${option} ${text}: ${problem}`);
  return compile(text);
};

const secondsOf = (watch: StatusOptions["watch"]): number | undefined => {
  if (watch === undefined || watch === false) return undefined;
  const seconds = watch === true ? WATCH_SECONDS : Number(watch);
  if (!Number.isInteger(seconds) || seconds < MIN_WATCH_SECONDS || seconds > 86_400)
    throw new RequestError(`--watch takes ${MIN_WATCH_SECONDS} to 86400 seconds`);
  return seconds;
};

const look = async (program: Program, loaded: Loaded, style: Style | undefined): Promise<StatusReport> => {
  const pass = await runPass(program, { ...loaded, mode: "plan", logger: undefined, style });
  return statusOf(pass);
};

const fleetOf = async (program: Program, loaded: Loaded): Promise<FleetLook | undefined> => {
  const { engine } = loaded.policy;
  if (engine.type === "local") return undefined;
  const { lookAtFleet } = await import("./fleet-look.ts");
  return lookAtFleet(program, { ...loaded, engine });
};

/** `status`: a read-only look at every lineage. Exit code 1 when something could not be looked at. */
export const statusCommand = async (program: Program, options: StatusOptions): Promise<number> => {
  const loaded = load(program, options);
  const filter: StatusFilter = {
    path: await globOf("target", options.target),
    token: await globOf("token", options.token),
    states: statesOf(options.state),
  };
  const seconds = secondsOf(options.watch);
  const show = async (style = styleOf(program)): Promise<{ text: string; failed: boolean }> => {
    const paints = options.json !== true && seconds === undefined && program.stderr.isTTY === true;
    const status = await look(program, loaded, paints ? style : undefined);
    const fleet = await fleetOf(program, loaded);
    const lastPass =
      options.history === undefined ? fleet?.lastPass : (await readHistory(options.history, 1))[0];
    const shown = filterStatus(status, filter);
    const hidden = status.lineages.length - shown.lineages.length;
    return {
      text: options.json
        ? jsonText(statusJson(shown, lastPass, fleet))
        : renderStatus({ status: shown, lastPass, hidden, fleet }, style),
      failed: status.lineages.some(({ error }) => error !== undefined),
    };
  };
  if (seconds !== undefined) return watch(program, { seconds, json: options.json === true, show });
  const { text, failed } = await show();
  program.stdout.write(`${text}\n`);
  return failed ? EXIT.failed : EXIT.done;
};

interface Watch {
  readonly seconds: number;
  readonly json: boolean;
  readonly show: () => Promise<{ readonly text: string }>;
}

/** Looks again and again, in place, until it is stopped. */
const watch = async (program: Program, { seconds, json, show }: Watch): Promise<number> => {
  const { stdout, stop, clock } = program;
  if (stdout.isTTY !== true || json)
    throw new RequestError("--watch paints on a terminal; in a pipe, run `status --json` again and again");
  const { createLogUpdate } = await import("log-update");
  const paint = createLogUpdate(stdout as NodeJS.WriteStream);
  const { formatFailure } = await import("./report/failure-text.ts");
  let last = "";
  let failure = "";
  while (!stop.aborted) {
    await show().then(
      ({ text }) => {
        [last, failure] = [text, ""];
      },
      (error: unknown) => {
        failure = formatFailure(error);
      },
    );
    const looked = `Looked ${clock.now().toISOString().slice(11, 19)} UTC, every ${seconds} seconds; Ctrl-C ends.`;
    paint(fitted([last, failure, looked].filter(Boolean).join("\n\n"), stdout));
    await clock.sleep((seconds * 1_000) as Parameters<typeof clock.sleep>[0], stop).catch(() => undefined);
  }
  paint.done();
  return EXIT.done;
};

/** What does not fit the window would be painted anew below it each time. */
const fitted = (text: string, stdout: Program["stdout"]): string => {
  const rows = (stdout as { readonly rows?: number }).rows ?? 24;
  const lines = text.split("\n");
  if (lines.length < rows) return text;
  const shown = lines.slice(0, rows - 4);
  return [
    ...shown,
    `… ${lines.length - shown.length - 2} more lines: make the window higher, or filter by --state`,
    ...lines.slice(-2),
  ].join("\n");
};
