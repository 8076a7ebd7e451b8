import { dirname, resolve } from "node:path";
import type { Logger } from "./logger.ts";
import type { AuditFinding } from "./model/audit.ts";
import type { Clock } from "./model/clock.ts";
import { type Duration, milliseconds, SECOND } from "./model/duration.ts";
import type { PassRecord } from "./model/history.ts";
import type { Policy, ReceiverSettings } from "./model/policy.ts";
import type { StatusReport } from "./model/status.ts";
import type { Surroundings } from "./notify/create-receiver.ts";
import type { MemoryFile } from "./notify/memory-file.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { compilePathGlob } from "./policy/glob.ts";
import type { Program } from "./program.ts";
import type { Situation } from "./report/concerns.ts";
import type { Interest } from "./report/digest.ts";
import { NOTHING_TOLD } from "./report/notification-memory.ts";
import type { Settings } from "./settings.ts";
import { createToldMemory } from "./told-memory.ts";

export interface NotifierOptions {
  readonly policy: Policy;
  readonly policyFile: string;
  readonly settings: Settings;
  readonly logger: Logger | undefined;
  /** Where what was told is kept for the next process; otherwise it ends with this one. */
  readonly memoryFile?: string | undefined;
  /** Where it is kept otherwise, with others. */
  readonly memory?: MemoryFile | undefined;
  readonly timing?: Partial<Timing>;
}

export interface Timing {
  /** Of one attempt. */
  readonly deadline: Duration;
  readonly attempts: number;
  /** How long `close` waits for what is on its way. */
  readonly patience: Duration;
}

const TIMING: Timing = {
  deadline: milliseconds(10 * SECOND),
  attempts: 3,
  patience: milliseconds(5 * SECOND),
};

const LAST_WAIT = milliseconds(SECOND);

/** Tells people, beside the passes: nothing here is waited for but by `close`, and nothing throws. */
export interface Notifier {
  /** `findings` only where somebody looked for tokens that no policy covers. */
  passEnded(
    status: StatusReport,
    record: Pick<PassRecord, "actions">,
    findings?: readonly AuditFinding[],
  ): void;
  passFailed(error: unknown): void;
  /** Another policy is in force. What was told stays told. */
  reconfigure(policy: Policy): void;
  close(): Promise<void>;
}

type Needs = Pick<Program, "clock" | "env" | "readFile">;

export const createNotifier = (program: Needs, options: NotifierOptions): Notifier => {
  const { logger, memoryFile } = options;
  const timing = { ...TIMING, ...options.timing };
  const stop = new AbortController();
  const memory = createToldMemory({ file: memoryFile, kept: options.memory, logger });
  /** Of earlier policies, with something still on its way. */
  const retired = new Set<Outbox>();

  const openOutboxes = (policy: Policy): readonly Outbox[] =>
    policy.notify.map((settings) =>
      createOutbox({
        name: settings.name,
        interest: interestOf(settings),
        gitlab: policy.gitlab.url,
        open: async () => {
          const { createReceiver } = await import("./notify/create-receiver.ts");
          return createReceiver(settings, surroundings(program, options, timing));
        },
        memory: {
          get: () => memory.current().receivers.get(settings.name) ?? NOTHING_TOLD,
          set: (told) => memory.tell(settings.name, told),
        },
        clock: program.clock,
        logger,
        deadline: timing.deadline,
        attempts: timing.attempts,
        stop: stop.signal,
      }),
    );
  let outboxes = openOutboxes(options.policy);

  const offer = (situation: Omit<Situation, "accessToken">, status?: StatusReport): void => {
    if (outboxes.length === 0) return;
    const to = outboxes;
    void memory.ready().then(() => {
      if (status?.accessToken !== undefined) memory.see(status.accessToken);
      for (const outbox of to) outbox.offer({ ...situation, accessToken: memory.current().accessToken });
    });
  };

  /** Kept until its last digest has arrived or failed: a daemon that is reloaded daily would keep them for years. */
  const retire = (outbox: Outbox): void => {
    retired.add(outbox);
    void memory
      .ready()
      .then(outbox.settled)
      .then(outbox.close)
      .finally(() => retired.delete(outbox));
  };

  return {
    passEnded: (status, { actions }, findings) =>
      offer({ status, error: undefined, findings, done: actions }, status),
    passFailed: (error) => offer({ status: undefined, error, findings: undefined, done: [] }),
    reconfigure: (policy) => {
      for (const outbox of outboxes) retire(outbox);
      outboxes = openOutboxes(policy);
    },
    close: async () => {
      const all = [...retired, ...outboxes];
      const settled = memory.ready().then(() => Promise.all(all.map((outbox) => outbox.settled())));
      await within(settled, timing.patience, program.clock);
      stop.abort();
      // Aborted, each ends at once, and says in the log what did not arrive. A file system may hang all the same.
      const ended = settled
        .then(() => Promise.all(all.map((outbox) => outbox.close())))
        .then(() => memory.saved());
      await within(ended, LAST_WAIT, program.clock);
    },
  };
};

const interestOf = ({ minSeverity, targets }: ReceiverSettings): Interest => {
  const matchers = targets?.map(compilePathGlob);
  return { minSeverity, wants: matchers && ((path) => matchers.some((matches) => matches(path))) };
};

/** Whatever a process of this kind needs to reach a receiver. */
export const surroundings = (
  program: Needs,
  { policyFile, settings }: Pick<NotifierOptions, "policyFile" | "settings">,
  { deadline }: Pick<Timing, "deadline"> = TIMING,
): Surroundings => ({
  clock: program.clock,
  env: program.env,
  readFile: (path) => program.readFile(resolve(dirname(policyFile), path)),
  proxies: settings.proxies,
  timeout: deadline,
});

const within = async (work: Promise<unknown>, patience: Duration, clock: Clock): Promise<void> => {
  const over = new AbortController();
  const late = clock.sleep(patience, over.signal).catch(() => {});
  await Promise.race([work, late]);
  over.abort();
};
