import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createArchive } from "../../src/fleet/archive.ts";
import { RedisLostError } from "../../src/fleet/ask.ts";
import { createPassBoard } from "../../src/fleet/pass-board.ts";
import { connectForCommands, type Redis } from "../../src/fleet/redis.ts";
import { createPassResults, type PassResults } from "../../src/fleet-results.ts";
import { createLogger } from "../../src/logger.ts";
import type { PassRecord } from "../../src/model/history.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { PassReport } from "../../src/model/report.ts";
import type { Program } from "../../src/program.ts";
import { passReport } from "../../src/report/pass-report.ts";
import { readSettings } from "../../src/settings.ts";
import { load, policyText } from "../policy/policy-text.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "../support/redis.ts";

const PREFIX = "rotator{x}";
const at = new Date("2026-11-24T12:00:00Z");

const reportOf = (failing: readonly string[]): PassReport =>
  passReport({
    startedAt: at,
    finishedAt: at,
    warnings: [],
    lineages: failing.map((path, index) => ({
      kind: "project",
      targetId: index + 1,
      path,
      token: "x",
      secret: "s",
      waiting: [],
      actions: [
        {
          action: "rotate",
          reason: "Renewing",
          message: "m",
          result: "failed",
          error: { code: "ERR_GITLAB_FORBIDDEN", message: "no" },
        },
      ],
    })),
  });

describe.skipIf(!hasRedis)(`what a fleet's pass came to${REDIS_NEEDED}`, () => {
  let server: RedisServer;
  let hook: Server;
  let policy: Policy;
  const titles: string[] = [];
  const counted: PassRecord[] = [];
  const connections: Redis[] = [];
  beforeAll(async () => {
    server = await startRedis();
    hook = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        titles.push(JSON.parse(body).title);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => hook.once("listening", resolve));
    const { port } = hook.address() as AddressInfo;
    policy = load(policyText({ notify: `[{ type: webhook, url: "http://127.0.0.1:${port}/" }]` }));
  });
  beforeEach(async () => {
    titles.splice(0);
    counted.splice(0);
    // Nobody shall look for tokens that no policy covers: there is no GitLab here.
    await server.client.set(`${PREFIX}:claim:looked`, "1");
  });
  afterEach(async () => {
    for (const redis of connections.splice(0)) redis.disconnect();
    await server.client.flushall();
  });
  afterAll(async () => {
    hook.close();
    await server.close();
  });

  /** As a process of its own has it: what it knows of earlier passes stands in Redis. */
  const replica = async ({ lostAtRead = false } = {}): Promise<PassResults> => {
    const redis = connectForCommands({ url: server.url, name: "t", onError: () => undefined });
    connections.push(redis);
    await new Promise((resolve) => redis.once("ready", resolve));
    const archive = createArchive(redis, PREFIX);
    let isLost = lostAtRead;
    const read = async (): Promise<string | undefined> => {
      if (!isLost) return archive.told.read();
      isLost = false;
      throw new RedisLostError(new Error("cut off"));
    };
    const stream = new Writable({ write: (_, __, written) => written() });
    return createPassResults(
      {
        clock: { now: () => at, monotonic: () => performance.now(), sleep: () => new Promise(() => {}) },
        env: {},
        readFile: readFileSync,
        stop: new AbortController().signal,
      } as unknown as Program,
      {
        archive: { ...archive, told: { ...archive.told, read } },
        board: createPassBoard(redis, PREFIX),
        logger: await createLogger({ level: "error", format: "json", stream }),
        settings: readSettings({}, () => ""),
        policyFile: "rotation.yaml",
        onCounted: (record) => counted.push(record),
      },
    );
  };
  const begin = (id: string): Promise<unknown> =>
    createPassBoard(server.client, PREFIX).begin({ id, policy: "p", startedAt: at }, 60_000);
  const end = (id: string): Promise<unknown> => createPassBoard(server.client, PREFIX).end(id);

  test("is told and counted once, though two coordinators come to its end", async () => {
    const [one, other] = [await replica(), await replica()];
    await begin("a");
    await Promise.all([
      one.ended("a", reportOf(["a/b"]), policy),
      other.ended("a", reportOf(["a/b"]), policy),
    ]);
    expect(titles).toEqual(["1 needs someone (1 new)"]);
    expect(counted).toHaveLength(1);
  });

  test("is told by one who was frozen for a whole pass no more, once its time is over", async () => {
    const [one, late] = [await replica(), await replica()];
    await begin("a");
    await one.ended("a", reportOf(["a/b"]), policy);
    await end("a");
    await begin("b");
    await late.ended("a", reportOf(["a/b"]), policy);
    expect(titles).toHaveLength(1);
    expect(counted).toHaveLength(1);
  });

  test("is not told once another has taken its place, though nobody has told it", async () => {
    const late = await replica();
    await begin("a");
    await end("a");
    await begin("b");
    await late.ended("a", reportOf(["a/b"]), policy);
    await late.broke({ id: "a", startedAt: at }, new Error("AWS is away"), policy);
    expect(titles).toEqual([]);
  });

  test("is told once, with what was told before, though Redis is lost as that is read", async () => {
    const one = await replica();
    await begin("a");
    await one.ended("a", reportOf(["a/b"]), policy);
    await end("a");
    await begin("b");
    const lossy = await replica({ lostAtRead: true });
    const report = reportOf(["a/b", "a/c"]);
    await expect(lossy.ended("b", report, policy)).rejects.toThrow(RedisLostError);
    await lossy.ended("b", report, policy);
    expect(titles).toEqual(["1 needs someone (1 new)", "2 need someone (1 new)"]);
  });

  test("is told by whichever replica goes on where another has stopped", async () => {
    const [one, other] = [await replica(), await replica()];
    await begin("a");
    await one.ended("a", reportOf(["a/b"]), policy);
    await end("a");
    // Nothing new: the other knows what was told.
    await begin("b");
    await other.ended("b", reportOf(["a/b"]), policy);
    await end("b");
    expect(titles).toHaveLength(1);
    await begin("c");
    await other.ended("c", reportOf(["a/b", "a/c"]), policy);
    expect(titles).toEqual(["1 needs someone (1 new)", "2 need someone (1 new)"]);
  });

  test("is told when it did not take place, too", async () => {
    const one = await replica();
    await begin("a");
    await one.broke({ id: "a", startedAt: at }, new Error("AWS is away"), policy);
    expect(titles).toHaveLength(1);
    expect(counted[0]?.error).toBe("AWS is away");
  });
});
