import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeadlineError, type SecretStoreError } from "../../src/model/errors.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import { type AwsFixture, openAws, SHORT } from "./aws-store.ts";
import { failureOf, putting, versionId } from "./contract.ts";

const NAME = "gitlab/project/platform/api/registry-pull";
const FAR = new Date("2040-01-01T00:00:05Z");
const VALUE = '{"username":"puller","password":"gldt-abcdefghij0123456789"}';

describe("a put into AWS", () => {
  let aws: AwsFixture;
  beforeEach(async () => {
    aws = await openAws({ timeouts: SHORT });
    aws.simulator.world.createSecret({ name: NAME });
  });
  afterEach(() => aws.close());

  const puts = () => aws.simulator.log.filter(({ operation }) => operation === "PutSecretValue");
  const put = () => aws.store.put(NAME, putting(1, VALUE));
  const failure = (): Promise<SecretStoreError> => failureOf(put());
  const match = { operation: "PutSecretValue" };

  test("sends the value once, under the version id that it was given", async () => {
    await put();
    expect(puts()).toHaveLength(1);
    expect(puts()[0]?.body).toMatchObject({ SecretId: NAME, ClientRequestToken: versionId(1) });
    expect(aws.simulator.currentValue(NAME)).toBe(VALUE);
  });

  test("sends a throttled attempt again, with the same id and the same bytes", async () => {
    const error = { error: "ThrottlingException", message: "Rate exceeded" };
    aws.simulator.faults.push({ match, times: 2, before: error });
    await put();
    expect(puts().map(({ status }) => status)).toEqual([400, 400, 200]);
    expect(new Set(puts().map(({ digest }) => digest)).size).toBe(1);
    expect(aws.clock.slept).toHaveLength(2);
  });

  test("waits for up to twice as long after each attempt that was throttled", async () => {
    aws.simulator.faults.push({ match, before: { error: "ThrottlingException" } });
    vi.spyOn(Math, "random").mockReturnValue(1);
    await failure();
    vi.restoreAllMocks();
    expect(aws.clock.slept).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  test("takes 429 for throttling, whatever the error is called", async () => {
    aws.simulator.faults.push({ match, times: 1, before: { error: "CalmDownException", status: 429 } });
    await put();
    expect(puts().map(({ status }) => status)).toEqual([429, 200]);
  });

  test("gives up when it is throttled five times, as refused", async () => {
    aws.simulator.faults.push({ match, before: { error: "ThrottlingException", message: "Rate exceeded" } });
    expect(await failure()).toMatchObject({ code: "ERR_SECRET_THROTTLED", outcome: "refused", step: "put" });
    expect(puts()).toHaveLength(5);
  });

  test("asks the gate once an attempt, and leaves what it throws as it is", async () => {
    aws.simulator.faults.push({ match, before: { error: "ThrottlingException" } });
    const reason = new DeadlineError("past the deadline");
    let asked = 0;
    const gate = () => {
      asked += 1;
      if (asked === 3) throw reason;
    };
    expect(await failureOf(aws.store.put(NAME, { ...putting(1, VALUE), gate }))).toBe(reason);
    expect(puts()).toHaveLength(2);
  });

  test("asks the gate after the request was signed, as its bytes go out", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: FAR });
    const network = new SecretsManagerClient({ region: "us-east-1" }).config.requestHandler;
    const order: string[] = [];
    const handler: typeof network = Object.assign(Object.create(network), {
      handle: (...[request, options]: Parameters<typeof network.handle>) => {
        order.push(`bytes signed at ${request.headers["x-amz-date"]}`);
        return network.handle(request, options);
      },
    });
    const { clock, simulator } = aws;
    const endpoint = simulator.url;
    const store = await createAwsStore({ region: "us-east-1", endpoint, clock, requestHandler: handler });
    const gate = () => {
      order.push("gate");
      vi.setSystemTime(FAR.getTime() + 60_000);
    };
    await store.put(NAME, { ...putting(1, VALUE), gate });
    vi.useRealTimers();
    store.close();
    expect(order).toEqual(["gate", "bytes signed at 20400101T000005Z"]);
  });

  test.each([
    "AccessDeniedException",
    "InvalidRequestException",
    "LimitExceededException",
    "EncryptionFailure",
  ])("takes %s, which Secrets Manager answered itself, as refused and sends it once", async (error) => {
    aws.simulator.faults.push({ match, before: { error } });
    expect(await failure()).toMatchObject({ outcome: "refused" });
    expect(puts()).toHaveLength(1);
  });

  test.each([
    ["a reset before it was carried out", { before: "reset" }, false],
    ["a reset after it was carried out", { after: "reset" }, true],
    ["an answer that never comes", { after: "hang" }, true],
    ["an answer that stops half-way", { after: "stall" }, true],
    ["an answer that is cut off", { after: "truncate" }, true],
    ["a proxy's page", { after: "html" }, true],
    ["a proxy's JSON", { after: { status: 200 } }, true],
    ["a 500", { after: { status: 500 } }, true],
    ["a 503", { before: { error: "ServiceUnavailable", status: 503 } }, false],
  ] as const)("takes %s as unknown, and sends nothing more", async (_, fault, isStored) => {
    aws.simulator.faults.push({ match, ...fault });
    expect(await failure()).toMatchObject({
      code: "ERR_SECRET_UNAVAILABLE",
      outcome: "unknown",
      step: "put",
      secretId: NAME,
    });
    expect(puts()).toHaveLength(1);
    expect(aws.simulator.currentValue(NAME)).toBe(isStored ? VALUE : undefined);
  });

  test("takes a connection that was refused as refused", async () => {
    const store = await createAwsStore({
      region: "us-east-1",
      endpoint: "http://127.0.0.1:1",
      clock: aws.clock,
    });
    expect(await failureOf(store.put(NAME, putting(1, VALUE)))).toMatchObject({
      code: "ERR_SECRET_UNAVAILABLE",
      outcome: "refused",
    });
    store.close();
  });

  test("takes the value out of what a server says of it", async () => {
    const message = `1 validation error: '${VALUE}' and gldt-abcdefghij0123456789`;
    aws.simulator.faults.push({ match, before: { error: "ValidationException", message } });
    const error = await failure();
    expect(error.message).toContain("ValidationException: 1 validation error: '[secret]' and [secret]");
    expect(String(error.stack) + JSON.stringify(error)).not.toContain("gldt-");
  });

  test("spaces writes of one kind, and lets other kinds and reads through", async () => {
    const paced = await openAws({ writesPerSecond: 10 });
    await paced.store.ensure(NAME, {});
    await paced.store.record(NAME, { a: "b" });
    await paced.store.put(NAME, putting(1, VALUE));
    await paced.store.describe(NAME);
    expect(paced.clock.slept).toEqual([]);
    for (const write of [
      () => paced.store.ensure(NAME, {}),
      () => paced.store.record(NAME, { a: "b" }),
      () => paced.store.put(NAME, putting(2, VALUE)),
    ]) {
      await write();
      await write();
      paced.clock.advance(1_000);
    }
    expect(paced.clock.slept).toEqual([100, 100, 100, 100]);
    await paced.close();
  });

  test("keeps below what AWS allows in a second when nobody says otherwise", async () => {
    const paced = await openAws({ writesPerSecond: undefined });
    await paced.store.ensure(NAME, {});
    await paced.store.record(NAME, { a: "b" });
    await paced.store.record(NAME, { a: "b" });
    expect(paced.clock.slept).toEqual([1000 / 49]);
    await paced.close();
  });

  test("takes its turns from a pace that others share", async () => {
    const asked: string[] = [];
    const pace = async (kind: string): Promise<void> => {
      asked.push(kind);
    };
    const shared = await openAws({ pace, writesPerSecond: 0.001 });
    await shared.store.ensure(NAME, {});
    await shared.store.record(NAME, { a: "b" });
    await shared.store.record(NAME, { a: "b" });
    await shared.store.put(NAME, putting(1, VALUE));
    expect(asked).toEqual(["create", "tag", "tag", "put"]);
    expect(shared.clock.slept).toEqual([]);
    await shared.close();
  });
});
