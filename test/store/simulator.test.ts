import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";
import { versionId } from "./contract.ts";
import { storeClock, T0 } from "./store-clock.ts";

describe("the simulator of Secrets Manager", () => {
  let simulator: SecretsManagerSimulator;
  let clock: ReturnType<typeof storeClock>;
  let client: SecretsManagerClient;
  beforeEach(async () => {
    clock = storeClock();
    simulator = await startSecretsManager({ clock });
    client = new SecretsManagerClient({
      endpoint: simulator.url,
      region: "us-east-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    simulator.world.createSecret({ name: "s", value: "one", versionId: versionId(1) });
  });
  afterEach(async () => {
    client.destroy();
    await simulator.close();
  });

  const describeSecret = async () => client.send(new DescribeSecretCommand({ SecretId: "s" }));
  const put = (id: number) =>
    client.send(
      new PutSecretValueCommand({ SecretId: "s", SecretString: "v", ClientRequestToken: versionId(id) }),
    );

  test("answers a stale read with the world as it was", async () => {
    clock.advance(60_000);
    simulator.world.putValue("s", "two", versionId(2));
    simulator.world.setTags("s", { a: "b" });
    clock.advance(10_000);
    simulator.faults.push({ match: { operation: "DescribeSecret" }, times: 1, staleMs: 30_000 });
    const stale = await describeSecret();
    expect(stale.VersionIdsToStages).toEqual({ [versionId(1)]: ["AWSCURRENT"] });
    expect(stale.Tags).toBeUndefined();
    const fresh = await describeSecret();
    expect(fresh.VersionIdsToStages).toEqual({
      [versionId(1)]: ["AWSPREVIOUS"],
      [versionId(2)]: ["AWSCURRENT"],
    });
    simulator.faults.push({ staleMs: 100_000 });
    await expect(describeSecret()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("writes to the world as it is, however stale its reads are", async () => {
    simulator.faults.push({ staleMs: 100_000 });
    await put(2);
    expect(simulator.currentValue("s")).toBe("v");
  });

  test("remembers every move of a label with its time", async () => {
    clock.advance(1000);
    await put(2);
    clock.advance(1000);
    simulator.world.moveLabel("s", "AWSCURRENT", versionId(1));
    const [one, two] = [versionId(1), versionId(2)];
    const times = [0, 1000, 2000].map((by) => new Date(T0.getTime() + by));
    const moves = simulator.world.history.filter(({ label }) => label === "AWSCURRENT");
    expect(moves.map(({ at, from, to }) => [at, from, to])).toEqual([
      [times[0], undefined, one],
      [times[1], one, two],
      [times[2], two, one],
    ]);
    expect(simulator.currentValue("s")).toBe("one");
  });

  test("throttles writes past its rate, and no reads", async () => {
    simulator.throttle.writesPerSecond = 2;
    const puts = await Promise.allSettled([2, 3, 4].map(put));
    expect(puts.filter(({ status }) => status === "rejected")).toMatchObject([
      { reason: { name: "ThrottlingException", message: "Rate exceeded" } },
    ]);
    await describeSecret();
  });

  test("denies as IAM does, and logs the request without its value", async () => {
    simulator.denied.add("PutSecretValue");
    await expect(put(2)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(
        "is not authorized to perform: secretsmanager:PutSecretValue on resource: s",
      ),
    });
    expect(simulator.log.at(-1)).toMatchObject({
      operation: "PutSecretValue",
      secretId: "s",
      status: 400,
      errorName: "AccessDeniedException",
      body: { SecretId: "s", ClientRequestToken: versionId(2) },
    });
    expect(JSON.stringify(simulator.log)).not.toContain("SecretString");
  });

  test("refuses a request that is not signed", async () => {
    const answer = await fetch(simulator.url, {
      method: "POST",
      headers: { "x-amz-target": "secretsmanager.DescribeSecret" },
      body: '{"SecretId":"s"}',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });

  test("refuses a tag that AWS would not take", () => {
    expect(() => simulator.world.setTags("s", { a: "what?" })).toThrow("validation error");
    expect(() => simulator.world.setTags("s", { a: "x".repeat(257) })).toThrow("validation error");
  });
});
