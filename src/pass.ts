import type { Ports } from "./apply/observe.ts";
import { type Connection, connect } from "./connect.ts";
import type { Logger } from "./logger.ts";
import type { AccessToken } from "./model/access-token.ts";
import { SECOND } from "./model/duration.ts";
import type { Policy } from "./model/policy.ts";
import type { PassEvent, PassReport } from "./model/report.ts";
import type { Telemetry } from "./model/telemetry.ts";
import type { Program } from "./program.ts";
import { reconcile } from "./reconcile.ts";
import { accessTokenWarning } from "./report/access-token.ts";
import { eventLine, summaryLine } from "./report/lines.ts";
import { initialProgress, progress, renderProgress } from "./report/progress.ts";
import type { Style } from "./report/text.ts";
import type { Settings } from "./settings.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** Whoever watches passes from outside. */
export interface PassObserver {
  readonly onEvent: (event: PassEvent) => void;
  readonly telemetry: Telemetry;
}

export interface PassInput {
  readonly observer?: PassObserver | undefined;
  readonly policy: Policy;
  readonly policyFile: string;
  readonly settings: Settings;
  readonly mode: "plan" | "apply";
  readonly logger: Logger | undefined;
  /** Paint progress on standard error. */
  readonly style: Style | undefined;
}

const paintProgress = async (
  program: Program,
  style: Style,
): Promise<{ on(event: PassEvent): void; done(): void }> => {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(program.stderr);
  const began = program.clock.monotonic();
  let state = initialProgress;
  return {
    on: (event) => {
      state = progress(state, event);
      update(renderProgress(state, style, program.clock.monotonic() - began));
    },
    done: () => update.clear(),
  };
};

/** Asked last, and only of a GitLab that answers: a pass takes no longer for it when nothing does. */
const ownAccessToken = (
  { summary }: PassReport,
  { inspector }: Pick<Connection, "inspector">,
): Promise<AccessToken | undefined> | undefined =>
  summary.lineages === 0 ? undefined : inspector.ownAccessToken().catch(() => undefined);

/** Turns waits for GitLab's rate limit into events, which a progress display can show. */
export const waitTelling = (
  { clock }: Program,
  { onEvent, telemetry }: { onEvent: (event: PassEvent) => void; telemetry: Telemetry | undefined },
): Telemetry => {
  let last: Date | undefined;
  return {
    request: (sample) => {
      telemetry?.request(sample);
      // A request has gone through, so nothing is waited for any more.
      if (last === undefined || last > clock.now()) return;
      last = undefined;
      onEvent({ kind: "waiting", until: undefined });
    },
    rateLimitWait: (seconds) => {
      telemetry?.rateLimitWait(seconds);
      last = new Date(clock.now().getTime() + seconds * SECOND);
      onEvent({ kind: "waiting", until: last });
    },
  };
};

interface ConnectionUse {
  readonly ports: Ports;
  readonly onEvent: (event: PassEvent) => void;
}

type WorkInput = Omit<PassInput, "mode" | "style"> & Partial<Pick<PassInput, "style">>;

/** Whoever dies of an expired access token of its own rotates nothing: told well before, in every pass. */
export const withAccessToken = async (
  report: PassReport,
  connection: Pick<Connection, "inspector">,
): Promise<PassReport> => {
  const accessToken = await ownAccessToken(report, connection);
  const warning = accessTokenWarning(accessToken, report.finishedAt);
  return {
    ...report,
    accessToken,
    warnings: [...report.warnings, ...(warning === undefined ? [] : [warning])],
  };
};

/** Connects, works, tells about it as it goes, and lets go of everything. */
export const withConnection = async (
  program: Program,
  input: WorkInput,
  work: (use: ConnectionUse) => Promise<PassReport>,
): Promise<PassReport> => {
  const { logger, style, observer } = input;
  const painter = style && (await paintProgress(program, style));
  const onEvent = (event: PassEvent): void => {
    painter?.on(event);
    observer?.onEvent(event);
    const line = eventLine(event);
    if (line !== undefined) logger?.[line.level](line.message, line.fields);
  };
  const telemetry = waitTelling(program, { onEvent, telemetry: observer?.telemetry });
  const connection = await connect(program, { ...input, telemetry });
  const stopWatching = keepHeapSmall();
  try {
    const worked = await work({ ports: connection.ports, onEvent });
    const report = await withAccessToken(worked, connection);
    const line = summaryLine(report);
    logger?.[line.level](line.message, line.fields);
    return report;
  } finally {
    stopWatching();
    painter?.done();
    await connection.close();
  }
};

export const runPass = (program: Program, input: PassInput): Promise<PassReport> =>
  withConnection(program, input, ({ ports, onEvent }) =>
    reconcile({
      policy: input.policy,
      ports,
      mode: input.mode,
      stop: program.stop,
      // A plan ends with having observed: nothing is applied that a display could count.
      onEvent: (event) => {
        if (input.mode === "apply" || event.kind !== "observed") onEvent(event);
      },
    }),
  );
