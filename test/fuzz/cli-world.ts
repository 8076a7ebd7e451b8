import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { vi } from "vitest";
import { runCli } from "../../src/cli.ts";
import type { Program } from "../../src/program.ts";
import { stubAwsEnvironment } from "../store/aws-store.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Manner {
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole command line in this process, with both systems over HTTP and a folder of its own. */
export interface CliWorld {
  readonly gitlab: GitLabSimulator;
  readonly aws: SecretsManagerSimulator;
  /** Holds `home/rotation.yaml`, and `home/secrets` for the file store. */
  readonly folder: string;
  run(args: readonly string[], policy: string, manner?: Manner): Promise<Said>;
  close(): Promise<void>;
}

const collector = (terminal: boolean): { stream: NodeJS.WriteStream; text(): string } => {
  let text = "";
  const stream = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk);
      done();
    },
  });
  Object.assign(stream, terminal ? { isTTY: true, columns: 100, rows: 30 } : {});
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
};

export const startCliWorld = async (): Promise<CliWorld> => {
  stubAwsEnvironment();
  const [gitlab, aws] = await Promise.all([startGitLab(), startSecretsManager()]);
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.url);
  const folder = mkdtempSync(join(tmpdir(), "rotator-hostile-"));
  const file = join(folder, "home", "rotation.yaml");
  mkdirSync(join(folder, "home"));
  const { token } = gitlab.world.addPersonalAccessToken({});
  return {
    gitlab,
    aws,
    folder,
    run: async (args, policy, { terminal = false, env = {} } = {}) => {
      writeFileSync(file, policy);
      const [stdout, stderr] = [collector(terminal), collector(terminal)];
      const program: Program = {
        argv: [...args, "--policy", file],
        env: { GITLAB_TOKEN: token, GITLAB_BASE_URL: gitlab.url, ...env },
        stdout: stdout.stream,
        stderr: stderr.stream,
        stdin: process.stdin,
        clock: { now: () => new Date(), monotonic: () => performance.now(), sleep: async () => {} },
        random: (max) => max,
        readFile: (path) => readFileSync(path),
        stop: new AbortController().signal,
        onReload: () => undefined,
      };
      const code = await runCli(program);
      return { code, stdout: stdout.text(), stderr: stderr.text() };
    },
    close: async () => {
      await Promise.all([gitlab.close(), aws.close()]);
      rmSync(folder, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  };
};
