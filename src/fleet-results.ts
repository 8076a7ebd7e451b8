import type { Archive } from "./fleet/archive.ts";
import { steersJobs } from "./fleet/ask.ts";
import type { PassOrder } from "./fleet/orders.ts";
import type { PassBoard } from "./fleet/pass-board.ts";
import type { Logger } from "./logger.ts";
import type { AuditFinding } from "./model/audit.ts";
import { DAY, HOUR, MINUTE, milliseconds } from "./model/duration.ts";
import type { PassRecord } from "./model/history.ts";
import type { Policy } from "./model/policy.ts";
import type { PassReport } from "./model/report.ts";
import type { StatusReport } from "./model/status.ts";
import { createNotifier, type Notifier } from "./notifier.ts";
import type { Program } from "./program.ts";
import { summaryLine } from "./report/lines.ts";
import { failedPass, recordOf } from "./report/pass-record.ts";
import { statusOf } from "./report/status.ts";
import type { Settings } from "./settings.ts";

export interface ResultsTools {
  readonly archive: Archive;
  readonly board: PassBoard;
  readonly logger: Logger;
  readonly settings: Settings;
  readonly policyFile: string;
  /** Told once for each pass of the fleet, on one of its replicas. */
  readonly onCounted: (record: PassRecord) => void;
}

/** A digest that does not arrive must not keep a pass from ending for ever. */
const PATIENCE = milliseconds(MINUTE);
/** How often it is looked for tokens that no policy covers: it reads more than a pass does. */
const LOOK_AFTER = 23 * HOUR;

/** What a pass came to: shown by all replicas, told once. */
export interface PassResults {
  ended(pass: string, report: PassReport, policy: Policy): Promise<void>;
  broke(pass: Pick<PassOrder, "id" | "startedAt">, error: unknown, policy: Policy): Promise<void>;
}

export const createPassResults = (program: Program, tools: ResultsTools): PassResults => {
  const { archive, board, logger, settings, policyFile, onCounted } = tools;

  const publish = async (
    pass: string,
    record: PassRecord,
    status: StatusReport | undefined,
  ): Promise<boolean> => {
    const isFirst = await archive.publish({ id: pass, record }, status);
    if (isFirst) onCounted(record);
    return isFirst;
  };
  /** Whoever asks first tells, while it is that pass's time; one who dies meanwhile has told nobody, and the next pass does. */
  const tell = async (
    pass: string,
    policy: Policy,
    say: (notifier: Notifier, findings: readonly AuditFinding[] | undefined) => void,
  ): Promise<void> => {
    if (policy.notify.length === 0) return;
    // Before it is claimed: a Redis that is lost in between would have all of it told again.
    const told = archive.told.read();
    await told.catch((error: unknown) => {
      if (steersJobs(error)) throw error;
    });
    if ((await board.current())?.id !== pass) return;
    if (!(await board.claim(`digest:${pass}`, DAY))) return;
    const findings = (await board.claim("looked", LOOK_AFTER)) ? await look(policy) : undefined;
    const notifier = createNotifier(program, {
      policy,
      policyFile,
      settings,
      logger,
      memory: { ...archive.told, read: () => told },
      timing: { patience: PATIENCE },
    });
    say(notifier, findings);
    await notifier.close();
  };
  const look = async (policy: Policy): Promise<readonly AuditFinding[] | undefined> => {
    const { findingsFor } = await import("./findings-for-digest.ts");
    return findingsFor(program, { settings, policyFile, policy }, logger);
  };

  return {
    ended: async (pass, report, policy) => {
      const [status, record] = [statusOf(report), recordOf(report)];
      if (await publish(pass, record, status)) {
        const line = summaryLine(report);
        logger[line.level](line.message, { pass, ...line.fields });
      }
      await tell(pass, policy, (notifier, findings) => notifier.passEnded(status, record, findings));
    },
    broke: async ({ id: pass, startedAt }, error, policy) => {
      logger.error("pass failed", { pass, error });
      await publish(pass, failedPass(startedAt, program.clock.now(), error), undefined);
      await tell(pass, policy, (notifier) => notifier.passFailed(error));
    },
  };
};
