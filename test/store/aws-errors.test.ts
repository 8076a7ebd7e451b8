import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import type { SecretStore } from "../../src/model/ports.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import { type AwsFixture, openAws } from "./aws-store.ts";
import { failureOf, putting } from "./contract.ts";

const NAME = "gitlab/project/platform/api/registry-pull";

const STEPS = [
  ["list", "ListSecrets", (store: SecretStore) => store.list()[Symbol.asyncIterator]().next()],
  ["describe", "DescribeSecret", (store: SecretStore) => store.describe(NAME)],
  ["versions", "ListSecretVersionIds", (store: SecretStore) => store.versions(NAME)],
  ["ensure", "CreateSecret", (store: SecretStore) => store.ensure(NAME, { [LINEAGE_TAG]: "x" })],
  ["record", "TagResource", (store: SecretStore) => store.record(NAME, { a: "b" })],
  ["put", "PutSecretValue", (store: SecretStore) => store.put(NAME, putting(1, "a-value"))],
] as const;

describe("what AWS says no to", () => {
  let aws: AwsFixture;
  beforeEach(async () => {
    aws = await openAws();
  });
  afterEach(() => aws.close());

  test.each(STEPS)("says which right is missing when %s is denied", async (step, operation, call) => {
    aws.simulator.denied.add(operation);
    const error = await failureOf(call(aws.store));
    expect(error).toMatchObject({
      code: "ERR_SECRET_ACCESS_DENIED",
      outcome: "refused",
      step,
      secretId: step === "list" ? undefined : NAME,
    });
    expect(error.message).toContain(`Allow secretsmanager:${operation} in the IAM policy`);
    expect(aws.operations()).toEqual([operation]);
  });

  test.each(["AccessDenied", "AccessDeniedException"])("never reads %s as missing", async (error) => {
    aws.simulator.faults.push({ before: { error, message: "no", status: 403 } });
    expect(await failureOf(aws.store.describe(NAME))).toMatchObject({ code: "ERR_SECRET_ACCESS_DENIED" });
  });

  test.each([
    ["ExpiredTokenException", "ERR_SECRET_CREDENTIALS", "credentials that are still valid"],
    ["UnrecognizedClientException", "ERR_SECRET_CREDENTIALS", "AWS_PROFILE"],
    ["InvalidSignatureException", "ERR_SECRET_CREDENTIALS", "this machine's clock"],
    ["MissingAuthenticationTokenException", "ERR_SECRET_CREDENTIALS", "AWS_PROFILE"],
    ["InvalidRequestException", "ERR_SECRET_INVALID", "sending it again does not help"],
    ["InvalidParameterException", "ERR_SECRET_INVALID", "InvalidParameterException"],
    ["ValidationException", "ERR_SECRET_INVALID", "ValidationException"],
    ["LimitExceededException", "ERR_SECRET_INVALID", "LimitExceededException"],
    ["DecryptionFailure", "ERR_SECRET_ACCESS_DENIED", "the KMS key alias/ci"],
    ["KMSInvalidStateException", "ERR_SECRET_ACCESS_DENIED", "the KMS key alias/ci"],
  ])("maps %s to %s, with what to do", async (error, code, advice) => {
    const keyed = await openAws({ kmsKeyId: "alias/ci" });
    keyed.simulator.faults.push({ before: { error, message: "a reason" } });
    const failure = await failureOf(keyed.store.put(NAME, putting(1, "a-value")));
    expect(failure).toMatchObject({ code, outcome: "refused" });
    expect(failure.message).toContain(advice);
    expect(failure.message).toContain("a reason");
    await keyed.close();
  });

  test("says that the role may not use the key when only the message tells", async () => {
    aws.simulator.faults.push({
      before: { error: "AccessDeniedException", message: "Access to KMS is not allowed" },
    });
    const error = await failureOf(aws.store.put(NAME, putting(1, "a-value")));
    expect(error.message).toContain("kms:GenerateDataKey");
  });

  test("says that AWS_DEFAULT_REGION is not read when there is no region", async () => {
    vi.stubEnv("AWS_DEFAULT_REGION", "eu-west-1");
    const store = await createAwsStore({ endpoint: aws.simulator.url, clock: aws.clock });
    for (const [step, , call] of STEPS) {
      const error = await failureOf(call(store));
      expect(error).toMatchObject({ code: "ERR_SECRET_CREDENTIALS", step });
      expect(error.message).toContain(
        "Set store.region in the policy, or AWS_REGION (AWS_DEFAULT_REGION is not read).",
      );
    }
    expect(await failureOf(store.put(NAME, putting(1, "a-value")))).toMatchObject({ outcome: "refused" });
    expect(aws.operations()).toEqual([]);
    store.close();
  });

  test("takes the region from AWS_REGION, and the endpoint from AWS_ENDPOINT_URL_SECRETS_MANAGER", async () => {
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.simulator.url);
    const store = await createAwsStore({ clock: aws.clock });
    expect(await store.describe(NAME)).toBeUndefined();
    expect(aws.simulator.log[0]).toMatchObject({ operation: "DescribeSecret", region: "eu-central-1" });
    store.close();
  });

  test("says what to do when there are no credentials, and that nothing was sent", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    const store = await createAwsStore({
      region: "us-east-1",
      endpoint: aws.simulator.url,
      clock: aws.clock,
    });
    const error = await failureOf(store.put(NAME, putting(1, "a-value")));
    expect(error).toMatchObject({ code: "ERR_SECRET_CREDENTIALS", outcome: "refused" });
    expect(error.message).toContain("AWS_ACCESS_KEY_ID");
    expect(aws.operations()).toEqual([]);
    store.close();
  });

  test("refuses to write to a secret that is scheduled for deletion, and says so", async () => {
    aws.simulator.world.createSecret({ name: NAME });
    aws.simulator.world.scheduleDeletion(NAME);
    for (const [step, , call] of STEPS.filter(([each]) => ["ensure", "record", "put"].includes(each))) {
      const error = await failureOf(call(aws.store));
      expect(error).toMatchObject({ code: "ERR_SECRET_INVALID", outcome: "refused", step });
      expect(error.message).toMatch(/deletion/);
    }
  });

  test("does not take a refusal for the whole answer after an attempt that may have been carried out", async () => {
    aws.simulator.world.createSecret({ name: NAME });
    const match = { operation: "TagResource" };
    aws.simulator.faults.push({ match, times: 1, after: { status: 500 } });
    aws.simulator.faults.push({ match, before: { error: "AccessDeniedException" } });
    const error = await failureOf(aws.store.record(NAME, { a: "b" }));
    expect(error).toMatchObject({ code: "ERR_SECRET_ACCESS_DENIED", outcome: "unknown" });
    expect(aws.operations()).toEqual(["TagResource", "TagResource"]);
  });

  test("refuses to write to a replica", async () => {
    aws.simulator.world.createSecret({ name: NAME, region: "eu-west-1", replicas: ["us-east-1"] });
    expect(await failureOf(aws.store.put(NAME, putting(1, "a-value")))).toMatchObject({
      code: "ERR_SECRET_INVALID",
      outcome: "refused",
    });
  });

  test("keeps nothing of the SDK's own error, which holds the request", async () => {
    aws.simulator.denied.add("PutSecretValue");
    const error = await failureOf(aws.store.put(NAME, putting(1, "a-value")));
    expect(error.cause).toBeUndefined();
    expect(Object.keys(error).sort()).toEqual(["code", "name", "outcome", "secretId", "step"]);
  });
});
