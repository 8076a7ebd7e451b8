import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { API, POLICY, SECRET } from "../support/pass-world.ts";
import { type Ended, runProgram } from "../support/program.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";

interface Systems {
  readonly gitlab: GitLabSimulator;
  readonly aws: SecretsManagerSimulator;
  readonly env: Record<string, string | undefined>;
}

/** `apply`, as a cron job runs it, or another command, between two systems of its own. */
const applied = async (
  spoil: (systems: Systems) => void,
  args: readonly string[] = ["apply"],
): Promise<Ended & Systems> => {
  const folder = mkdtempSync(join(tmpdir(), "rotator-faults-"));
  const gitlab = await startGitLab();
  const aws = await startSecretsManager();
  gitlab.world.addProject(API);
  const env: Systems["env"] = {
    GITLAB_TOKEN: gitlab.world.addPersonalAccessToken({}).token,
    GITLAB_BASE_URL: gitlab.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "an-example",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  writeFileSync(join(folder, "rotation.yaml"), POLICY);
  spoil({ gitlab, aws, env });
  const ended = await runProgram(args, { folder, env });
  await gitlab.close();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
  return { ...ended, gitlab, aws, env };
};

const POST = { method: "POST", route: /deploy_tokens$/ };
const put = { operation: "PutSecretValue" };

/** What goes wrong, the exit code, the words on standard output or error, tokens in GitLab, and whether one is stored. */
type Row = readonly [string, (systems: Systems) => void, number, RegExp, number, boolean];

const ROWS: readonly Row[] = [
  ["nothing", () => undefined, 0, /Apply complete: 1 created/, 1, true],
  [
    "the answer to the POST is lost",
    ({ gitlab }) => gitlab.faults.add({ match: POST, after: "reset" }),
    1,
    /connection to GitLab broke .*[\s\S]*Apply finished, 1 failed/,
    1,
    false,
  ],
  [
    "the put is denied",
    ({ aws }) => void aws.denied.add("PutSecretValue"),
    1,
    /Allow\s+secretsmanager:PutSecretValue/,
    0,
    false,
  ],
  [
    "the answer to the put is lost",
    ({ aws }) => void aws.faults.push({ match: put, after: "reset" }),
    0,
    /Apply complete/,
    1,
    true,
  ],
  [
    "nobody knows of the put",
    ({ aws }) => void aws.faults.push({ match: put, before: "reset" }),
    1,
    /ERR_PUT_UNKNOWN/,
    1,
    false,
  ],
  [
    "ListSecrets is refused for the key's sake",
    ({ aws }) => void aws.faults.push({ before: { error: "UnrecognizedClientException" } }),
    1,
    /^ERR_SECRET_CREDENTIALS: secretsmanager:ListSecrets failed/m,
    0,
    false,
  ],
  [
    "there are no AWS credentials",
    ({ env }) => {
      env["AWS_ACCESS_KEY_ID"] = undefined;
    },
    1,
    /^ERR_SECRET_CREDENTIALS: .*Give this process AWS credentials/m,
    0,
    false,
  ],
  [
    "the access token was revoked",
    ({ gitlab }) => gitlab.world.updatePersonalAccessToken(1, { revoked: true }),
    1,
    /access token was revoked: create/,
    0,
    false,
  ],
];

const PATIENT = 60_000;

describe.concurrent("apply, when this goes wrong:", () => {
  it.each(ROWS)(
    "%s",
    async (_, spoil, exit, says, tokens, isStored) => {
      const { code, stdout, stderr, gitlab, aws } = await applied(spoil);
      expect(code).toBe(exit);
      expect(stdout + stderr).toMatch(says);
      expect(stdout + stderr).not.toMatch(/^ {4}at /m);
      expect(gitlab.world.deployTokens(API)).toHaveLength(tokens);
      expect(aws.currentValue(SECRET) !== undefined).toBe(isStored);
    },
    PATIENT,
  );

  it(
    "rotate --leaked says of a pass that could not begin that what has leaked lives on",
    async () => {
      const { code, stderr } = await applied(
        ({ aws }) => void aws.faults.push({ before: { error: "UnrecognizedClientException" } }),
        ["rotate", "platform/api", "registry-pull", "--leaked", "--yes"],
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^The leaked token is NOT replaced: it still works\.[\s\S]*ERR_SECRET_CREDENTIALS/m,
      );
    },
    PATIENT,
  );
});
