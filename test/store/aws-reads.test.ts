import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import type { SecretDescription, SecretStore } from "../../src/model/ports.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import { type AwsFixture, openAws, SHORT } from "./aws-store.ts";
import { failureOf, versionId } from "./contract.ts";

const NAME = "gitlab/project/platform/api/registry-pull";
const TAGS = { [LINEAGE_TAG]: "gitlab.example.com projects/42 registry-pull" };

describe("reading from AWS", () => {
  let aws: AwsFixture;
  beforeEach(async () => {
    aws = await openAws({ timeouts: SHORT });
  });
  afterEach(() => aws.close());

  const list = async (store: SecretStore = aws.store): Promise<SecretDescription[]> => {
    const all: SecretDescription[] = [];
    for await (const secret of store.list()) all.push(secret);
    return all;
  };

  test("lists every page, a hundred secrets at a time", async () => {
    // With the usual time-outs, as a page that is asked for again would count.
    const patient = await openAws();
    for (let index = 0; index < 205; index += 1) {
      patient.simulator.world.createSecret({ name: `gitlab/${index}`, tags: TAGS });
    }
    expect(new Set((await list(patient.store)).map(({ name }) => name)).size).toBe(205);
    expect(patient.simulator.log.map(({ body }) => body["MaxResults"])).toEqual([100, 100, 100]);
    await patient.close();
  });

  test("asks for the page after next while the first is still worked through", async () => {
    const patient = await openAws();
    for (let index = 0; index < 450; index += 1)
      patient.simulator.world.createSecret({ name: `gitlab/${index}`, tags: TAGS });
    for await (const _ of patient.store.list()) {
      await expect.poll(() => patient.simulator.log.length).toBe(3);
      break;
    }
    await patient.close();
  });

  test("lists planned deletions too, with their date", async () => {
    aws.simulator.world.createSecret({ name: NAME, tags: TAGS });
    aws.simulator.world.scheduleDeletion(NAME, 7);
    expect(await list()).toMatchObject([{ name: NAME, deletionDate: expect.any(Date) }]);
    expect(await aws.store.describe(NAME)).toMatchObject({ deletionDate: expect.any(Date) });
  });

  test("lists by the tag itself, although AWS filters by its beginning", async () => {
    aws.simulator.world.createSecret({ name: NAME, value: "v", versionId: versionId(1), tags: TAGS });
    aws.simulator.world.createSecret({ name: "near", tags: { [`${LINEAGE_TAG}2`]: "x" } });
    expect((await list()).map(({ name, versions }) => [name, versions])).toEqual([
      [NAME, [{ id: versionId(1), labels: ["AWSCURRENT"] }]],
    ]);
    // An account may hold thousands of others.
    expect(aws.simulator.log[0]?.body).toMatchObject({
      Filters: [{ Key: "tag-key", Values: [LINEAGE_TAG] }],
    });
  });

  test("lists the versions of every page, those without a label too", async () => {
    aws.simulator.world.createSecret({ name: NAME });
    const ids = Array.from({ length: 130 }, (_, index) => versionId(index + 1));
    for (const id of ids) aws.simulator.world.putValue(NAME, "v", id);
    expect(await aws.store.versions(NAME)).toEqual(ids);
  });

  test("tells a replica from a primary by its region", async () => {
    aws.simulator.world.createSecret({ name: NAME, value: "v", replicas: ["eu-west-1"], tags: TAGS });
    expect(await aws.store.describe(NAME)).toMatchObject({ isReplica: false });
    const elsewhere = await createAwsStore({
      region: "eu-west-1",
      endpoint: aws.simulator.url,
      clock: aws.clock,
    });
    expect(await elsewhere.describe(NAME)).toMatchObject({ isReplica: true });
    for await (const secret of elsewhere.list()) expect(secret.isReplica).toBe(true);
    elsewhere.close();
  });

  test("names the replicas that are behind, and why", async () => {
    aws.simulator.world.createSecret({ name: NAME, value: "v", replicas: ["eu-west-1", "eu-west-2"] });
    expect((await aws.store.describe(NAME))?.replicasBehind).toEqual([]);
    aws.simulator.world.setReplicaStatus(NAME, "eu-west-1", "InProgress");
    aws.simulator.world.setReplicaStatus(NAME, "eu-west-2", "Failed", "Access to KMS is not allowed");
    expect((await aws.store.describe(NAME))?.replicasBehind).toEqual([
      "eu-west-1: InProgress",
      "eu-west-2: Failed, Access to KMS is not allowed",
    ]);
  });

  test("tells native rotation and an owning service", async () => {
    aws.simulator.world.createSecret({ name: NAME });
    aws.simulator.world.setRotationEnabled(NAME, true);
    aws.simulator.world.setOwningService(NAME, "rds");
    expect(await aws.store.describe(NAME)).toMatchObject({ rotationEnabled: true, owningService: "rds" });
  });

  test("creates with the policy's key", async () => {
    const keyed = await openAws({ kmsKeyId: "alias/ci" });
    await keyed.store.ensure(NAME, TAGS);
    expect(keyed.simulator.world.secret(NAME)).toMatchObject({ kmsKeyId: "alias/ci", versions: [] });
    await keyed.close();
  });

  test("gets the address of a secret whose creation it was not told of", async () => {
    aws.simulator.faults.push({ match: { operation: "CreateSecret" }, times: 1, after: "reset" });
    expect(await aws.store.ensure(NAME, TAGS)).toBe(aws.simulator.world.secret(NAME)?.arn);
  });

  test("says so when a secret exists that AWS does not show yet", async () => {
    aws.simulator.world.createSecret({ name: NAME });
    aws.simulator.faults.push({ match: { operation: "DescribeSecret" }, staleMs: 60_000 });
    expect(await failureOf(aws.store.ensure(NAME, TAGS))).toMatchObject({
      code: "ERR_SECRET_UNAVAILABLE",
      step: "ensure",
    });
  });

  test.each([
    ["a reset", { before: "reset" }],
    ["an answer that never comes", { before: "hang" }],
    ["an answer that stops half-way", { after: "stall" }],
    ["a 500", { after: { status: 500 } }],
    ["throttling", { before: { error: "ThrottlingException" } }],
  ] as const)("asks again after %s", async (_, fault) => {
    aws.simulator.world.createSecret({ name: NAME, tags: TAGS });
    aws.simulator.faults.push({ times: 1, ...fault });
    expect(await aws.store.describe(NAME)).toMatchObject({ name: NAME });
    expect(aws.operations()).toEqual(["DescribeSecret", "DescribeSecret"]);
  });

  test("gives up after five time-outs instead of waiting for ever", async () => {
    aws.simulator.faults.push({ before: "hang" });
    expect(await failureOf(aws.store.describe(NAME))).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE" });
    expect(aws.operations()).toHaveLength(5);
  });

  test("takes a proxy's page for no answer at all", async () => {
    aws.simulator.faults.push({ after: "html" });
    const error = await failureOf(aws.store.describe(NAME));
    expect(error).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE" });
    expect(error.message).toContain("the answer is not JSON");
    expect(error.message).not.toContain("<html>");
  });

  test.each<[string, () => Promise<unknown>]>([
    ["a secret without labels", () => aws.store.describe(NAME)],
    ["a secret without versions", () => aws.store.versions(NAME)],
    ["an account without secrets", () => list()],
  ])("does not take a proxy's JSON for %s", async (_, read) => {
    aws.simulator.world.createSecret({ name: NAME, value: "v", tags: TAGS });
    aws.simulator.faults.push({ after: { status: 200 } });
    const error = await failureOf(read());
    expect(error).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE" });
    expect(error.message).toContain("Secrets Manager's answer to");
  });
});
