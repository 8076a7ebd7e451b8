import { existsSync, readFileSync } from "node:fs";
import type { Ports } from "../../src/apply/observe.ts";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import { TIMEOUTS, type Timeouts } from "../../src/gitlab/options.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { SecretStore } from "../../src/model/ports.ts";
import type { PassEvent, PassReport } from "../../src/model/report.ts";
import { Secret } from "../../src/model/secret.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import { reconcile } from "../../src/reconcile.ts";
import { type RotateLineageOptions, type RotationRequest, rotateLineage } from "../../src/rotate-lineage.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import type { AwsTimeouts } from "../../src/store/aws-clients.ts";
import { createFileStore } from "../../src/store/file.ts";
import { fileOf } from "../../src/store/file-name.ts";
import type { AddPersonalAccessToken } from "./gitlab/personal-access-token-desk.ts";
import { type GitLabSimulator, startGitLab } from "./gitlab/simulator.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "./secrets-manager/simulator.ts";

export const API = { kind: "project", path: "platform/api" } as const;
export const SECRET = "gitlab/project/platform/api/registry-pull";
export const POLICY = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;

export interface PassOptions {
  readonly mode?: "plan" | "apply";
  readonly onEvent?: (event: PassEvent) => void;
  /** Called as the rotation draws its random part: between its record and its POST. */
  readonly onRandom?: () => void;
}

type Confirm = RotateLineageOptions["confirm"];
/** What stands between the program and the two systems, where it is not the usual. */
export interface Ways {
  readonly gitlabUrl?: string;
  readonly awsUrl?: string;
  /** Told where the simulators are, for whoever leads there. */
  readonly onStarted?: (urls: { readonly gitlab: string; readonly aws: string }) => void;
  readonly gitlabTimeouts?: Timeouts;
  readonly awsTimeouts?: AwsTimeouts;
  readonly awsSecretKey?: string;
  /** Secrets go into files there, and not to AWS. */
  readonly folder?: string;
  /** Looks over the program's shoulder. */
  readonly overlook?: (ports: Ports) => Ports;
}

interface StoredSecret {
  /** A file that cannot be read to its end. */
  readonly damaged?: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly {
    readonly id: string;
    readonly value?: string;
    readonly labels: readonly string[];
  }[];
}

/** Both systems over HTTP, one clock for all, and passes of the real program between them. */
export interface PassWorld {
  readonly gitlab: GitLabSimulator;
  readonly aws: SecretsManagerSimulator;
  policy: string;
  pass(options?: PassOptions): Promise<PassReport>;
  /** What `rotate` does once it was confirmed. */
  rotate(request?: Partial<RotationRequest>, confirm?: Confirm): Promise<PassReport>;
  wait(milliseconds: number): void;
  now(): number;
  /** What the store holds under our name. */
  secret(): StoredSecret | undefined;
  /** Ids of the project's tokens. */
  ids(): number[];
  close(): Promise<void>;
}

export const startPassWorld = async (
  accessToken: AddPersonalAccessToken = {},
  ways: Ways = {},
): Promise<PassWorld> => {
  let time = Date.now();
  const clock = { now: () => new Date(time), monotonic: () => time, sleep: () => Promise.resolve() };
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = ways.awsSecretKey ?? "test";
  const gitlab = await startGitLab({ clock });
  const aws = await startSecretsManager({ clock });
  ways.onStarted?.({ gitlab: gitlab.url, aws: aws.url });
  gitlab.world.addProject(API);
  const token = new Secret(gitlab.world.addPersonalAccessToken(accessToken).token);
  const url = ways.gitlabUrl ?? gitlab.url;
  const timeouts = ways.gitlabTimeouts ?? TIMEOUTS;
  const client = createGitLab({ url, token, clock, requestsPerSecond: 1000, concurrency: 8, timeouts });
  const { folder } = ways;
  const store: SecretStore & { close?(): void } =
    folder === undefined
      ? await createAwsStore({
          region: "us-east-1",
          endpoint: ways.awsUrl ?? aws.url,
          timeouts: ways.awsTimeouts,
          clock,
          writesPerSecond: 1000,
        })
      : createFileStore({ folder, clock });
  const secret = (): StoredSecret | undefined => {
    if (folder === undefined) return aws.world.secret(SECRET);
    const path = fileOf(folder, SECRET);
    if (!existsSync(path)) return undefined;
    try {
      return JSON.parse(readFileSync(path, "utf8")) as StoredSecret;
    } catch {
      return { tags: {}, versions: [], damaged: true };
    }
  };
  const read = (text: string): Policy =>
    loadPolicy({ file: "rotation.yaml", bytes: Buffer.from(text), baseUrl: gitlab.url });
  const portsFor = (policy: Policy, onRandom: () => void): Ports => ({
    gitlab: client,
    store,
    clock,
    safety: policy.safety,
    random: (max) => {
      onRandom();
      return max;
    },
  });
  const overlooked = (ports: Ports): Ports => ways.overlook?.(ports) ?? ports;
  const world: PassWorld = {
    gitlab,
    aws,
    policy: POLICY,
    pass: ({ mode = "apply", onEvent = () => undefined, onRandom = () => undefined } = {}) => {
      const policy = read(world.policy);
      return reconcile({ policy, ports: overlooked(portsFor(policy, onRandom)), mode, onEvent });
    },
    rotate: (request = {}, confirm = () => Promise.resolve(true)) => {
      const policy = read(world.policy);
      return rotateLineage({
        policy,
        ports: overlooked(portsFor(policy, () => undefined)),
        request: { kind: undefined, idOrPath: API.path, token: "registry-pull", leaked: false, ...request },
        confirm,
      });
    },
    wait: (milliseconds) => {
      time += milliseconds;
    },
    now: () => time,
    secret,
    ids: () => gitlab.world.deployTokens(API).map(({ id }) => id),
    close: async () => {
      await client.close();
      store.close?.();
      await gitlab.close();
      await aws.close();
    },
  };
  return world;
};

/** `rotate Renewing done`, an entry for each action. */
export const actions = (report: PassReport): string[] =>
  report.lineages.flatMap((lineage) =>
    lineage.actions.map(({ action, reason, result }) => [action, reason, result].filter(Boolean).join(" ")),
  );

export const errorCodes = (report: PassReport): (string | undefined)[] =>
  report.lineages.flatMap((lineage) => lineage.actions.flatMap(({ error }) => (error ? [error.code] : [])));
