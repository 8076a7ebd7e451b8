import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INSTANCE } from "../world/estate.ts";
import type { World } from "../world/start.ts";
import { type Measured, runMeasured } from "./run-measured.ts";

export const BUILT = new URL("../../../dist/main.js", import.meta.url).pathname;
export const SOURCES = new URL("../../../src/main.ts", import.meta.url).pathname;

export interface PolicyChoice {
  readonly concurrency: number;
  /** What does not bind by default. */
  readonly requestsPerSecond?: number;
  readonly verify?: "auto" | "off";
  /** When `run` makes its passes. */
  readonly cron?: string;
  /** Further sections. */
  readonly more?: string;
}

const NOT_BINDING = 10_000;

export const policyText = ({
  concurrency,
  requestsPerSecond = NOT_BINDING,
  verify = "auto",
  cron = "17 3 * * *",
  more = "",
}: PolicyChoice): string => `version: 1
gitlab: { url: "http://127.0.0.1:1", instance: ${INSTANCE} }
store: { type: aws-secrets-manager, region: eu-west-1, tags: { team: platform } }
schedule: { cron: "${cron}" }
defaults: { lifetime: 90d, renew_before: 30d, overlap: 24h, verify: ${verify} }
groups:
  - path: estate
    projects:
      tokens:
        - match: "pull-*"
limits:
  concurrency: ${concurrency}
  gitlab_requests_per_second: ${requestsPerSecond}
  max_rotations: 1000000
${more}`;

/** For whatever talks to a world; the token is no secret. */
export const environmentFor = ({ gitlabUrl, awsUrl }: World, caller = "one"): Record<string, string> => ({
  GITLAB_BASE_URL: gitlabUrl,
  GITLAB_TOKEN: `bench-token-${caller}`,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: awsUrl,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_EC2_METADATA_DISABLED: "true",
});

export interface Workplace {
  readonly folder: string;
  [Symbol.dispose](): void;
}

export const openWorkplace = (): Workplace => {
  const folder = mkdtempSync(join(tmpdir(), "rotator-bench-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

export interface ProgramRun {
  readonly world: World;
  readonly folder: string;
  readonly command: "plan" | "apply";
  readonly policy: PolicyChoice;
  /** For Node. */
  readonly nodeOptions?: readonly string[];
  readonly entry?: string;
  /** Two callers are two access tokens. */
  readonly caller?: string;
}

let policies = 0;

export const writePolicy = (folder: string, policy: PolicyChoice): string => {
  policies += 1;
  const file = join(folder, `rotation-${policies}.yaml`);
  writeFileSync(file, policyText(policy));
  return file;
};

/** One pass of the program, as it is built. */
export const runProgram = async (run: ProgramRun): Promise<Measured> => {
  const { world, folder, command, policy, nodeOptions = [], entry = BUILT, caller } = run;
  return runMeasured({
    args: [...nodeOptions, entry, command, "--policy", writePolicy(folder, policy)],
    folder,
    env: { ...environmentFor(world, caller), LOG_LEVEL: "warn" },
  });
};
