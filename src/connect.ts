import { dirname, resolve } from "node:path";
import type { Ports } from "./apply/observe.ts";
import type { GitLabInspector } from "./model/inspector.ts";
import type { Policy } from "./model/policy.ts";
import type { SecretStore } from "./model/ports.ts";
import type { Telemetry } from "./model/telemetry.ts";
import type { Turn, WritePace } from "./model/turn.ts";
import type { Program } from "./program.ts";
import type { Settings } from "./settings.ts";

export interface Connection {
  readonly ports: Ports;
  readonly inspector: GitLabInspector;
  /** Another process was refused: GitLab is not asked before then, in milliseconds of the wall clock. */
  pause(until: number): void;
  close(): Promise<void>;
}

export interface ConnectionInput {
  readonly policy: Policy;
  readonly policyFile: string;
  readonly settings: Settings;
  readonly telemetry?: Telemetry | undefined;
  /** Quotas that other processes share. */
  readonly shared?: SharedQuotas | undefined;
}

export interface SharedQuotas {
  /** In place of the policy's requests per second. */
  readonly gitlab: Turn;
  readonly aws: WritePace;
  /** Told until when a 429 holds us up, in milliseconds of the wall clock. */
  readonly onPause: (until: number) => void;
}

type ClosableStore = SecretStore & { close?(): void };

const openStore = async (
  program: Program,
  { policy, policyFile, telemetry, shared }: ConnectionInput,
): Promise<ClosableStore> => {
  const { clock, env } = program;
  if (policy.store.type === "file") {
    const { createFileStore } = await import("./store/file.ts");
    return createFileStore({ folder: resolve(dirname(policyFile), policy.store.path), clock });
  }
  const { createAwsStore } = await import("./store/aws.ts");
  const { region, kmsKeyId } = policy.store;
  return createAwsStore({ region, kmsKeyId, clock, proxyEnv: env, telemetry, pace: shared?.aws });
};

/** The two systems, ready to be used. What a command does not need is never loaded. */
export const connect = async (program: Program, input: ConnectionInput): Promise<Connection> => {
  const { policy, settings } = input;
  const token = settings.gitlabToken();
  const { createGitLab } = await import("./gitlab/gitlab.ts");
  const store = await openStore(program, input);
  const gitlab = createGitLab({
    url: policy.gitlab.url,
    token,
    clock: program.clock,
    requestsPerSecond: policy.limits.gitlabRequestsPerSecond,
    concurrency: policy.limits.concurrency,
    proxies: settings.proxies,
    telemetry: input.telemetry,
    turn: input.shared?.gitlab,
    onPause: input.shared?.onPause,
  });
  return {
    ports: { gitlab, store, clock: program.clock, safety: policy.safety, random: program.random },
    inspector: gitlab,
    pause: gitlab.pause,
    close: async () => {
      await gitlab.close();
      store.close?.();
    },
  };
};
