import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FleetTiming } from "../../src/fleet/timing.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;
const REPLICA = new URL("../support/replica.ts", import.meta.url).pathname;

/** A log line of a replica, parsed. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface ReplicaProcess {
  readonly name: string;
  readonly process: ChildProcess;
  readonly lines: Line[];
  /** Everything that it wrote, as it stands. */
  output(): string;
  /** Resolves with the first line that fits, past or to come. */
  logged(fits: (line: Line) => boolean): Promise<Line>;
  readonly ended: Promise<number | null>;
}

export interface ReplicaOptions {
  readonly policy?: string;
  readonly redisUrl?: string;
  /** Other times than the real ones, or another version: then it is no `src/main.ts`. */
  readonly timing?: Partial<FleetTiming>;
  readonly version?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface FleetWorld {
  readonly gitlab: GitLabSimulator;
  readonly aws: SecretsManagerSimulator;
  readonly redis: RedisServer;
  readonly folder: string;
  readonly credentials: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  replica(options?: ReplicaOptions): ReplicaProcess;
  readonly replicas: ReplicaProcess[];
  close(): Promise<void>;
}

const started = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/** Both systems, a Redis with a password, and real processes between them. */
export const startFleetWorld = async (policy: string): Promise<FleetWorld> => {
  const folder = mkdtempSync(join(tmpdir(), "rotator-fleet-"));
  const password = "redis-password-of-the-test";
  const [gitlab, aws, redis] = await Promise.all([
    startGitLab(),
    startSecretsManager(),
    startRedis({ password }),
  ]);
  const { token } = gitlab.world.addPersonalAccessToken({});
  const secretKey = "aws-secret-access-key-of-the-test";
  mkdirSync(join(folder, "home"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: join(folder, "home"),
    TMPDIR: folder,
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "deploy-token-rotator-compiled"),
    NO_COLOR: "1",
    LOG_FORMAT: "json",
    LOG_LEVEL: "debug",
    GITLAB_TOKEN: token,
    GITLAB_BASE_URL: gitlab.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_ACCESS_KEY_ID: "AKIATESTTESTTESTTEST",
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const replicas: ReplicaProcess[] = [];

  const replica = (options: ReplicaOptions = {}): ReplicaProcess => {
    const name = `r${replicas.length + 1}`;
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, options.policy ?? policy);
    const { timing, version } = options;
    const isPlain = timing === undefined && version === undefined;
    const args = isPlain
      ? [MAIN, "run", "--policy", file, ...(options.args ?? [])]
      : [REPLICA, file, JSON.stringify(timing ?? {}), ...(version === undefined ? [] : [version])];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...env, REDIS_URL: options.redisUrl ?? redis.url, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.add(child);
    const lines: Line[] = [];
    const waiting = new Set<() => void>();
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      text += `${line}\n`;
      try {
        lines.push(JSON.parse(line) as Line);
      } catch {
        lines.push({ level: "none", message: line });
      }
      for (const look of waiting) look();
    });
    const ended = once(child, "close").then(([code]) => {
      started.delete(child);
      return code as number | null;
    });
    const one: ReplicaProcess = {
      name,
      process: child,
      lines,
      output: () => text,
      ended,
      logged: (fits) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            const found = lines.find(fits);
            if (found === undefined) return;
            waiting.delete(look);
            resolve(found);
          };
          waiting.add(look);
          look();
          void ended.then(() => reject(new Error(`${name} has ended:\n${text.slice(-2_000)}`)));
        }),
    };
    replicas.push(one);
    return one;
  };

  return {
    gitlab,
    aws,
    redis,
    folder,
    env: { ...env, REDIS_URL: redis.url },
    credentials: [token, secretKey, password],
    replica,
    replicas,
    close: async () => {
      for (const { process: child } of replicas) child.kill("SIGKILL");
      await Promise.all(replicas.map(({ ended }) => ended));
      await Promise.all([gitlab.close(), aws.close(), redis.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const message =
  (text: string) =>
  (line: Line): boolean =>
    line.message === text;
