import { readFileSync } from "node:fs";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli.ts";
import type { Program } from "../../src/program.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { API, POLICY, SECRET } from "../support/pass-world.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";
import { PASSED_STRAY_AFTER } from "./scene.ts";

const EVERY_SECOND = `${POLICY}schedule: { cron: "* * * * * *" }\n`;

interface Daemon {
  readonly gitlab: GitLabSimulator;
  readonly aws: SecretsManagerSimulator;
  readonly lines: readonly string[];
  readonly ended: Promise<number>;
  /** As if SIGTERM came. */
  stop(): void;
  wait(milliseconds: number): void;
  /** Resolves with the line, once there is one. */
  logged(text: string): Promise<string>;
}

/** `run` as the shell starts it, but for a clock that can be put forward, which all three go by. */
const running = async (spoil: (daemon: Daemon) => void, check: (daemon: Daemon) => Promise<void>) => {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const clock = { now: () => new Date(now()), monotonic: now, sleep: async () => undefined };
  const gitlab = await startGitLab({ clock });
  const aws = await startSecretsManager({ clock });
  gitlab.world.addProject(API);
  const { token } = gitlab.world.addPersonalAccessToken({});
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  process.env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = aws.url;
  const stop = new AbortController();
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const stderr = new Writable({
    write: (chunk, _, written) => {
      lines.push(...String(chunk).trim().split("\n"));
      for (const look of waiting) look();
      written();
    },
  });
  const program: Program = {
    argv: ["run"],
    env: { GITLAB_TOKEN: token, GITLAB_BASE_URL: gitlab.url },
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: new PassThrough(),
    stderr: stderr as unknown as NodeJS.WriteStream,
    clock,
    random: (max) => max,
    readFile: (path) => (path === "rotation.yaml" ? Buffer.from(EVERY_SECOND) : readFileSync(path)),
    stop: stop.signal,
    onReload: () => undefined,
  };
  const logged = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const line = lines.find((each) => each.includes(text));
        if (line !== undefined) resolve(line);
      };
      waiting.add(look);
      look();
    });
  const systems = { gitlab, aws, lines, logged, stop: () => stop.abort() };
  const wait = (milliseconds: number): void => {
    ahead += milliseconds;
  };
  const early: Daemon = { ...systems, wait, ended: Promise.resolve(0) };
  spoil(early);
  const ended = runCli(program);
  try {
    await check({ ...early, ended });
    stop.abort();
    expect(await ended).toBe(0);
    for (const secret of gitlab.issuedSecrets()) expect(lines.join("\n")).not.toContain(secret);
  } finally {
    stop.abort();
    await ended;
    delete process.env["AWS_ENDPOINT_URL_SECRETS_MANAGER"];
    await gitlab.close();
    await aws.close();
  }
};

const POST = { method: "POST", route: /deploy_tokens$/ };
const LIST = { method: "GET", route: /deploy_tokens$/ };
const respond = (status: number) => ({ before: { respond: { status, body: "{}" } } });

/** What the first pass meets, what it logs, and how many tokens GitLab has when a pass has put it right. */
const ROWS: readonly (readonly [string, (daemon: Daemon) => void, RegExp])[] = [
  [
    "a list that is refused",
    ({ gitlab }) => gitlab.faults.add({ match: LIST, ...respond(403) }),
    /Forbidden|FORBIDDEN/,
  ],
  [
    "a POST that is refused",
    ({ gitlab }) => gitlab.faults.add({ match: POST, ...respond(403) }),
    /FORBIDDEN/,
  ],
  [
    "a POST whose answer is lost",
    ({ gitlab }) => gitlab.faults.add({ match: POST, after: "reset" }),
    /UNAVAILABLE/,
  ],
  [
    "a POST that is answered by 500",
    ({ gitlab }) => gitlab.faults.add({ match: POST, ...respond(500) }),
    /UNAVAILABLE/,
  ],
  [
    "AWS credentials that have expired",
    ({ aws }) => void aws.faults.push({ before: { error: "ExpiredTokenException" }, times: 1 }),
    /pass failed.*ERR_SECRET_CREDENTIALS/,
  ],
  [
    "a put that is denied",
    ({ aws }) =>
      void aws.faults.push({
        match: { operation: "PutSecretValue" },
        before: { error: "AccessDeniedException", message: "no" },
        times: 1,
      }),
    /ERR_SECRET_ACCESS_DENIED/,
  ],
];

describe("run goes on and puts it right after", () => {
  it.each(ROWS)("%s", (_, spoil, says) =>
    running(spoil, async ({ lines, logged, wait, gitlab, aws }) => {
      await Promise.race([logged('"failed":1'), logged("pass failed")]);
      expect(lines.join("\n")).toMatch(says);
      wait(PASSED_STRAY_AFTER);
      await logged('"failed":0');
      const [token, ...others] = gitlab.world.deployTokens(API);
      expect(others).toEqual([]);
      expect(aws.currentValue(SECRET)).toContain(`"password":"${token?.token}"`);
    }),
  );
});

describe("SIGTERM in the middle of a rotation", () => {
  it("before the POST: no token is made, and the record says so", () =>
    running(
      (daemon) =>
        void daemon.aws.faults.push({
          match: { operation: "TagResource" },
          times: 1,
          onArrival: daemon.stop,
        }),
      async ({ ended, gitlab, aws, logged }) => {
        expect(await ended).toBe(0);
        expect(gitlab.world.deployTokens(API)).toEqual([]);
        expect(JSON.stringify(aws.world.secret(SECRET)?.tags)).toMatch(/undone/);
        expect(await logged("asked to stop before the token was created")).toContain("skipped");
      },
    ));

  it.each([
    ["the POST", ({ gitlab, stop }: Daemon) => gitlab.faults.add({ match: POST, onArrival: stop })],
    [
      "the log-in",
      ({ gitlab, stop }: Daemon) => gitlab.faults.add({ match: { route: /jwt/ }, onArrival: stop }),
    ],
    [
      "the put",
      ({ aws, stop }: Daemon) =>
        void aws.faults.push({ match: { operation: "PutSecretValue" }, times: 1, onArrival: stop }),
    ],
  ])("at %s: the token is stored before the process ends", (_, spoil) =>
    running(spoil, async ({ ended, gitlab, aws }) => {
      expect(await ended).toBe(0);
      const [token] = gitlab.world.deployTokens(API);
      expect(aws.currentValue(SECRET)).toContain(`"password":"${token?.token}"`);
    }),
  );
});
