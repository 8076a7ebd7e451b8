import type { Ports } from "./apply/observe.ts";
import { type Connection, connect } from "./connect.ts";
import type { Logger } from "./logger.ts";
import type { AccessToken } from "./model/access-token.ts";
import type { Policy } from "./model/policy.ts";
import type { PassEvent, PassReport } from "./model/report.ts";
import type { Program } from "./program.ts";
import { reconcile } from "./reconcile.ts";
import { accessTokenWarning } from "./report/access-token.ts";
import { eventLine, summaryLine } from "./report/lines.ts";
import { initialProgress, progress, renderProgress } from "./report/progress.ts";
import type { Style } from "./report/text.ts";
import type { Settings } from "./settings.ts";

export interface PassInput {
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
  let state = initialProgress;
  return {
    on: (event) => {
      state = progress(state, event);
      update(renderProgress(state, style));
    },
    done: () => update.clear(),
  };
};

/** Asked last, and only of a GitLab that answers: a pass takes no longer for it when nothing does. */
const ownAccessToken = (
  { summary }: PassReport,
  { inspector }: Connection,
): Promise<AccessToken | undefined> | undefined =>
  summary.lineages === 0 ? undefined : inspector.ownAccessToken().catch(() => undefined);

interface ConnectionUse {
  readonly ports: Ports;
  readonly onEvent: (event: PassEvent) => void;
}

type WorkInput = Omit<PassInput, "mode" | "style"> & Partial<Pick<PassInput, "style">>;

/** Whoever dies of an expired access token of its own rotates nothing: told well before, in every pass. */
const withAccessToken = (report: PassReport, accessToken: AccessToken | undefined): PassReport => {
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
  const { logger, style } = input;
  const connection = await connect(program, input);
  const painter = style && (await paintProgress(program, style));
  try {
    const worked = await work({
      ports: connection.ports,
      onEvent: (event) => {
        painter?.on(event);
        const line = eventLine(event);
        if (line !== undefined) logger?.[line.level](line.message, line.fields);
      },
    });
    const report = withAccessToken(worked, await ownAccessToken(worked, connection));
    const line = summaryLine(report);
    logger?.[line.level](line.message, line.fields);
    return report;
  } finally {
    painter?.done();
    await connection.close();
  }
};

export const runPass = (program: Program, input: PassInput): Promise<PassReport> =>
  withConnection(program, input, ({ ports, onEvent }) =>
    reconcile({ policy: input.policy, ports, mode: input.mode, stop: program.stop, onEvent }),
  );
