import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../src/cli.ts";
import { DAY, HOUR } from "../../src/model/duration.ts";
import { startGitLab } from "../support/gitlab/simulator.ts";

const folder = mkdtempSync(join(tmpdir(), "deploy-token-rotator-demo-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
const start = Date.now();
let time = start;
const clock = { now: () => new Date(time), monotonic: () => time, sleep: () => Promise.resolve() };
const gitlab = await startGitLab({ clock });
const policy = join(folder, "rotation.yaml");
const say = (text: string): void => console.log(`\n\x1b[1m# ${text}\x1b[0m\n`);
const check = (claim: string, holds: boolean): void => {
  console.log(`${holds ? "yes" : "NO "}  ${claim}`);
  if (!holds) throw new Error(`the demo's claim does not hold: ${claim}`);
};

const rotator = async (command: string): Promise<void> => {
  console.log(`$ deploy-token-rotator ${command}`);
  const code = await runCli({
    argv: [command, "--policy", policy],
    env: { GITLAB_TOKEN: admin.token, GITLAB_BASE_URL: gitlab.url, LOG_LEVEL: "error" },
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    clock,
    random: () => 0,
    readFile: (path) => readFileSync(path),
    stop: new AbortController().signal,
    onReload: () => undefined,
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
};

/** What a consumer reads: the file store's one file for the secret. */
const stored = (name: string): { username: string; password: string } => {
  const secrets = join(folder, "secrets");
  for (const file of readdirSync(secrets).filter((entry) => entry.endsWith(".json"))) {
    const secret = JSON.parse(readFileSync(join(secrets, file), "utf8"));
    if (secret.name !== name) continue;
    return JSON.parse(
      secret.versions.find((version: { labels: string[] }) => version.labels.includes("AWSCURRENT")).value,
    );
  }
  throw new Error(`no secret ${name}`);
};

const logsIn = async ({ username, password }: { username: string; password: string }): Promise<boolean> => {
  const url = `${gitlab.url}/jwt/auth?service=container_registry&scope=repository:platform/api:pull`;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return (await fetch(url, { headers: { authorization } })).status === 200;
};

const api = { kind: "project", path: "platform/api" } as const;
gitlab.world.addProject({ path: "platform/api" });
gitlab.world.addProject({ path: "platform/web" });
const admin = gitlab.world.addPersonalAccessToken({});
const byHand = gitlab.world.addDeployToken(api, {
  name: "ci-deploy",
  scopes: ["read_repository", "read_registry"],
  expiresAt: new Date(time + 80 * DAY),
});
const ids = (): number[] => gitlab.world.deployTokens(api).map(({ id }) => id);

try {
  say(
    "A company with two projects. Somebody once made the deploy token ci-deploy by hand; it expires in 80 days.",
  );
  writeFileSync(
    policy,
    `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: file, path: ./secrets }
defaults: { lifetime: 90d, renew_before: 30d, overlap: 24h }
projects:
  - path: platform/api
    tokens:
      - name: registry-pull          # declared: made when it is missing
        scopes: [read_registry]
      - match: "ci-*"                # whatever of that name exists
  - path: platform/web
    tokens:
      - name: registry-pull
        scopes: [read_registry]
`,
  );
  console.log(readFileSync(policy, "utf8"));
  say("plan only reads, and says what would be done and why.");
  await rotator("plan");
  say("apply does it: each new token is tried out before it is stored.");
  await rotator("apply");
  const first = stored("gitlab/project/platform/api/registry-pull");
  check("the stored credential logs in to the registry", await logsIn(first));

  say(
    "61 days later all of them are within 30 days of their expiry. apply renews them, the one made by hand too.",
  );
  time += 61 * DAY;
  await rotator("apply");
  const second = stored("gitlab/project/platform/api/registry-pull");
  check(
    "the secret holds another credential, and it logs in",
    second.password !== first.password && (await logsIn(second)),
  );
  check("whoever read the old one an hour ago is not broken: it logs in too", await logsIn(first));

  say(
    "25 hours later the overlap has passed. apply deletes the tokens that it had made itself; nobody knows who still uses the one made by hand, so that one stays until it expires.",
  );
  time += 25 * HOUR;
  await rotator("apply");
  check("the old credential is dead", !(await logsIn(first)));
  check("the new one logs in", await logsIn(second));
  check(
    "the token made by hand is still there, and logs in",
    ids().includes(byHand.id) && (await logsIn({ username: byHand.username, password: byHand.token })),
  );

  say("On day 81 the token made by hand has expired. apply clears it away.");
  time = start + 81 * DAY;
  await rotator("apply");
  check("the token made by hand is gone", !ids().includes(byHand.id));
  check("what replaced it logs in", await logsIn(stored("gitlab/project/platform/api/ci-deploy")));
  say("That is all. `plan` and `apply` do the same for your GitLab and AWS Secrets Manager: see README.md.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await gitlab.close();
}
