import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type Ended, runProgram } from "../support/program.ts";
import { startSecretsManager } from "../support/secrets-manager/simulator.ts";
import { SLOW } from "./chatterboxes.ts";
import { AWS_KEY, addEstate, settings } from "./estate.ts";
import { findLeaks } from "./searcher.ts";

interface Sight {
  readonly name: string;
  readonly text: string;
}

/** The real program among servers that tell what they know, and everything that a stranger could see of it. */
export interface Watched {
  readonly gitlab: GitLabSimulator;
  readonly folder: string;
  readonly seen: readonly Sight[];
  /** With `until`, it is told to stop once it has said so. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, until?: string): Promise<Ended>;
  /** `where: how` of each value that can be read outside the store. */
  leaks(): readonly string[];
  close(): Promise<void>;
}

const STORES = {
  aws: "{ type: aws-secrets-manager }",
  file: "{ type: file, path: ./secrets }",
} as const;

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

/** The store's own folder is the one place where values belong. */
const filesSeen = (folder: string): Sight[] =>
  filesBelow(folder).flatMap((path) => {
    const name = relative(folder, path);
    const named = { name: "a file's name", text: name };
    return name.startsWith("secrets/") ? [named] : [named, { name, text: readFileSync(path, "latin1") }];
  });

export const startWatched = async (store: keyof typeof STORES): Promise<Watched> => {
  const folder = mkdtempSync(join(tmpdir(), "rotator-leaks-"));
  const gitlab = await startGitLab();
  const aws = await startSecretsManager();
  const settingsOfAll = {
    GITLAB_TOKEN: gitlab.world.addPersonalAccessToken({}).token,
    GITLAB_BASE_URL: gitlab.url,
    LOG_LEVEL: "debug",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: AWS_KEY,
  };
  const projects = addEstate({ gitlab, aws: store === "aws" ? aws : undefined, without: SLOW });
  writeFileSync(join(folder, "rotation.yaml"), `${settings(STORES[store])}${projects}`);
  const seen: Sight[] = [];

  const run: Watched["run"] = async (args, env = {}, until) => {
    let pid: number | undefined;
    const look = (): void => {
      if (pid !== undefined)
        seen.push({ name: "argument list", text: readFileSync(`/proc/${pid}/cmdline`, "utf8") });
    };
    gitlab.faults.add({ match: { method: "GET" }, times: 3, onArrival: look });
    const onStart = (child: ChildProcess): void => {
      pid = child.pid;
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += chunk;
        if (until !== undefined && said.includes(until)) child.kill("SIGTERM");
      });
    };
    const ended = await runProgram(args, { folder, env: { ...settingsOfAll, ...env }, onStart });
    seen.push({ name: "stdout", text: ended.stdout }, { name: "stderr", text: ended.stderr });
    return ended;
  };
  return {
    gitlab,
    folder,
    seen,
    run,
    leaks: () =>
      [...seen, ...filesSeen(folder)].flatMap(({ name, text }) =>
        findLeaks(text, [...gitlab.issuedSecrets(), AWS_KEY]).map(
          ({ form, where }) => `${name}: ${form}: ${where}`,
        ),
      ),
    close: async () => {
      await gitlab.close();
      await aws.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
