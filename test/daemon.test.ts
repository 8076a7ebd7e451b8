import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runDaemon } from "../src/daemon.ts";
import { createLogger } from "../src/logger.ts";
import type { Program } from "../src/program.ts";
import { readSettings } from "../src/settings.ts";
import { type GitLabSimulator, startGitLab } from "./support/gitlab/simulator.ts";

/** A Sunday, five seconds before a full hour. */
const START = new Date("2026-11-22T16:59:55Z");
const HOUR = 3_600_000;
const API = { kind: "project", path: "platform/api" } as const;

const aPolicy = (schedule: string | undefined): string => `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: file, path: ./secrets }
${schedule === undefined ? "" : `schedule: ${schedule}`}
projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
const HOURLY = `{ cron: "0 * * * *" }`;
const NEVER = `{ cron: "0 0 1 1 *" }`;

/** Taken before the clock is stopped. */
const { setTimeout: realSetTimeout } = globalThis;
/** Long enough for a pass that should not have begun to reach GitLab. */
const settle = (): Promise<void> => new Promise((resolve) => void realSetTimeout(resolve, 200));

let gitlab: GitLabSimulator;
let folder: string;
let policy: string;
let tokenFile: string | undefined;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: START });
  folder = mkdtempSync(join(tmpdir(), "rotator-daemon-"));
  gitlab = await startGitLab();
  gitlab.world.addProject({ path: API.path });
  tokenFile = gitlab.world.addPersonalAccessToken().token;
  policy = aPolicy(HOURLY);
});
afterEach(async () => {
  for (const end of running.splice(0)) await end();
  vi.restoreAllMocks();
  vi.useRealTimers();
  await gitlab.close();
  rmSync(folder, { recursive: true, force: true });
});

const running: (() => Promise<void>)[] = [];

const startDaemon = async (stop = new AbortController()) => {
  const env = { GITLAB_TOKEN_FILE: "/run/secrets/token", GITLAB_BASE_URL: gitlab.url };
  const readFile = (path: string): Uint8Array => {
    if (path.endsWith("/package.json")) return readFileSync(path);
    if (path !== "/run/secrets/token") return Buffer.from(policy);
    if (tokenFile === undefined) throw Object.assign(new Error("gone"), { code: "ENOENT" });
    return Buffer.from(tokenFile);
  };
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  // As slow as a full pipe.
  const stream = new Writable({
    write: (chunk, _, written) => {
      setImmediate(() => {
        lines.push(String(chunk));
        for (const look of waiting) look();
        written();
      });
    },
  });
  let reload = (): void => {};
  const program: Program = {
    argv: [],
    env,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: new PassThrough(),
    stderr: stream as unknown as NodeJS.WriteStream,
    clock: { now: () => new Date(), monotonic: () => performance.now(), sleep: async () => {} },
    random: (max) => max,
    readFile,
    stop: stop.signal,
    onReload: (listener) => {
      reload = listener;
    },
  };
  const settings = readSettings(env, (path) => Buffer.from(readFile(path)).toString("utf8"));
  const logger = await createLogger({ level: "info", format: "json", stream });
  const ended = runDaemon(program, { settings, file: join(folder, "rotation.yaml"), logger });
  running.push(async () => {
    stop.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    await ended;
  });
  const count = (text: string): number => lines.filter((line) => line.includes(text)).length;
  /** Resolves when so many lines hold the text. */
  const logged = (text: string, times = 1): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (count(text) < times) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { ended, logged, count, stop: () => stop.abort(), reload: () => reload() };
};

/** Whether a pass has asked GitLab for anything since. */
const sinceThen = (): (() => number) => {
  const before = gitlab.log.length;
  return () => gitlab.log.length - before;
};

describe("the schedule", () => {
  it("starts a pass at every tick, in its time zone", async () => {
    policy = aPolicy(`{ cron: "0 2,3 * * *", timezone: Asia/Tokyo }`);
    const daemon = await startDaemon();
    await daemon.logged("pass finished");
    await vi.advanceTimersByTimeAsync(5_000);
    await daemon.logged("pass finished", 2);
    await vi.advanceTimersByTimeAsync(HOUR);
    await daemon.logged("pass finished", 3);
    await vi.advanceTimersByTimeAsync(HOUR);
    await settle();
    expect(daemon.count("pass finished")).toBe(3);
  });

  it("starts a pass later by a random part of the jitter", async () => {
    policy = aPolicy(`{ cron: "0 * * * *", jitter: 10m }`);
    const daemon = await startDaemon();
    await daemon.logged("pass finished");
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const requests = sinceThen();
    await vi.advanceTimersByTimeAsync(5_000 + 299_000);
    await settle();
    expect(requests()).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    await daemon.logged("pass finished", 2);
  });

  it("never makes two passes at once, and says so", async () => {
    policy = aPolicy(`{ cron: "* * * * * *" }`);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived = 0;
    gitlab.faults.add({
      match: { route: /projects\/:id$/ },
      times: Number.POSITIVE_INFINITY,
      onArrival: () => {
        arrived += 1;
        return held;
      },
    });
    const daemon = await startDaemon();
    await vi.advanceTimersByTimeAsync(3_000);
    await daemon.logged("still running");
    await settle();
    expect(arrived).toBe(1);
    release();
    await daemon.logged("pass finished");
    expect(gitlab.world.deployTokens(API)).toHaveLength(1);
  });
});

describe("a pass that breaks", () => {
  it("is told, and the next tick tries again", async () => {
    const daemon = await startDaemon();
    await daemon.logged("pass finished");
    const token = tokenFile;
    tokenFile = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    await daemon.logged("pass failed");
    tokenFile = token;
    await vi.advanceTimersByTimeAsync(HOUR);
    await daemon.logged("pass finished", 2);
    daemon.stop();
    expect(await daemon.ended).toBe(0);
  });
});

describe("SIGHUP", () => {
  it("puts the schedule of the new policy in place of the old one", async () => {
    const daemon = await startDaemon();
    await daemon.logged("pass finished");
    policy = aPolicy(`{ cron: "30 * * * *" }`);
    daemon.reload();
    await daemon.logged("policy reloaded");
    const requests = sinceThen();
    await vi.advanceTimersByTimeAsync(5_000);
    await settle();
    expect(requests()).toBe(0);
    await vi.advanceTimersByTimeAsync(HOUR / 2);
    await daemon.logged("pass finished", 2);
  });

  it.each([
    ["is wrong", "version: 7"],
    ["has no schedule", aPolicy(undefined)],
  ])("leaves the old schedule in force when the new policy %s", async (_, text) => {
    const daemon = await startDaemon();
    await daemon.logged("pass finished");
    policy = text;
    daemon.reload();
    await daemon.logged("new policy refused");
    await vi.advanceTimersByTimeAsync(5_000);
    await daemon.logged("pass finished", 2);
  });
});

describe("a stop", () => {
  it("waits a minute for the pass in hand, and no longer", async () => {
    policy = aPolicy(NEVER);
    const arrived = new Promise<void>((resolve) => {
      gitlab.faults.add({ match: { route: /jwt/ }, before: "hang", onArrival: () => resolve() });
    });
    const daemon = await startDaemon();
    await arrived;
    daemon.stop();
    await daemon.logged("stopping");
    await vi.advanceTimersByTimeAsync(59_999);
    await settle();
    expect(daemon.count('"stopped"')).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await daemon.ended).toBe(0);
  });

  it("that comes before the start ends it too", async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await (await startDaemon(stop)).ended).toBe(0);
  });

  it("ends with the last line of the log written, and is followed by no pass", async () => {
    const daemon = await startDaemon();
    await daemon.logged("pass finished");
    daemon.stop();
    await daemon.ended;
    expect(daemon.count('"stopped"')).toBe(1);
    const requests = sinceThen();
    await vi.advanceTimersByTimeAsync(HOUR);
    await settle();
    expect(requests()).toBe(0);
  });
});
