import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import { SECOND } from "../../src/model/duration.ts";
import { Secret } from "../../src/model/secret.ts";
import type { RequestSample } from "../../src/model/telemetry.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";

let time = Date.parse("2026-11-23T03:00:00Z");
const clock = {
  now: () => new Date(time),
  monotonic: () => time,
  sleep: async (duration: number) => {
    time += duration;
  },
};
const realClock = { ...clock, now: () => new Date(), monotonic: () => performance.now() };
let samples: RequestSample[] = [];
let waits: number[] = [];
const telemetry = {
  request: (sample: RequestSample) => void samples.push(sample),
  rateLimitWait: (seconds: number) => void waits.push(seconds),
};
const seen = (): string[] => samples.map(({ system, route, status }) => `${system} ${route} ${status}`);

beforeEach(() => {
  samples = [];
  waits = [];
});

describe("requests to GitLab", () => {
  let gitlab: GitLabSimulator;
  let client: ReturnType<typeof createGitLab>;
  beforeEach(async () => {
    gitlab = await startGitLab({ clock });
    gitlab.world.addProject({ path: "platform/api" });
    const token = new Secret(gitlab.world.addPersonalAccessToken({}).token);
    client = createGitLab({
      url: gitlab.url,
      token,
      clock,
      requestsPerSecond: 1000,
      concurrency: 8,
      telemetry,
    });
  });
  afterEach(async () => {
    await client.close();
    await gitlab.close();
  });
  const resolve = () => client.resolve({ kind: "project", idOrPath: "platform/api" });

  it("are told by their template, however often they are sent", async () => {
    gitlab.faults.add({ respond: { status: 502, headers: {}, body: "" } }, { before: "reset" });
    await resolve();
    expect(seen()).toEqual([
      "gitlab GET /projects/{id} 502",
      "gitlab GET /projects/{id} undefined",
      "gitlab GET /projects/{id} 200",
    ]);
  });

  it("tell how long a rate limit holds them up, once for all that wait", async () => {
    const limited = { status: 429, headers: { "retry-after": "7" }, body: "Retry later" };
    gitlab.faults.add({ respond: limited }, { respond: limited });
    await Promise.all([resolve(), resolve()]);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(7);
    expect(waits.every((wait) => wait > 0)).toBe(true);
  });

  it("tell of nothing that a gate has stopped", async () => {
    const target = await resolve();
    const stop = () => {
      throw new Error("too late");
    };
    await expect(client.deleteToken(target, 1, stop)).rejects.toThrow("too late");
    expect(seen()).toEqual(["gitlab GET /projects/{id} 200"]);
  });
});

describe("requests to AWS", () => {
  let aws: SecretsManagerSimulator;
  let store: Awaited<ReturnType<typeof createAwsStore>>;
  beforeEach(async () => {
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test";
    // By the real clock: the SDK takes an answer of yesterday for a wrong clock of its own, and asks again.
    aws = await startSecretsManager();
    store = await createAwsStore({ region: "us-east-1", endpoint: aws.url, clock: realClock, telemetry });
  });
  afterEach(async () => {
    store.close();
    await aws.close();
  });

  it("are told by their operation, with the status of each attempt", async () => {
    const arn = await store.ensure("prod/x", {});
    await store.describe("prod/unknown");
    const versionId = "deploy-token-0000004711-20261123T030005Z-20270221T025547Z";
    await store.put(arn, { versionId, value: new Secret("v"), gate: () => {} });
    expect(seen()).toEqual(["aws CreateSecret 200", "aws DescribeSecret 400", "aws PutSecretValue 200"]);
    expect(samples.every(({ seconds }) => seconds >= 0 && seconds < 10 * SECOND)).toBe(true);
  });

  it("tell of nothing that a gate has stopped, and of what got no answer", async () => {
    const arn = await store.ensure("prod/y", {});
    samples = [];
    const put = { versionId: "x".repeat(40), value: new Secret("v") };
    const gate = () => {
      throw new Error("too late");
    };
    await expect(store.put(arn, { ...put, gate })).rejects.toThrow("too late");
    expect(seen()).toEqual([]);
    await aws.close();
    await expect(store.put(arn, { ...put, gate: () => {} })).rejects.toThrow();
    expect(seen()).toEqual(["aws PutSecretValue undefined"]);
  });
});
