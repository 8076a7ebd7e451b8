import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretStoreError } from "../../src/model/errors.ts";
import type { SecretDescription } from "../../src/model/ports.ts";
import { type AwsStore, createAwsStore } from "../../src/store/aws.ts";
import { stubAwsEnvironment } from "../store/aws-store.ts";
import { putting } from "../store/contract.ts";
import { storeClock } from "../store/store-clock.ts";
import { type AnsweringServer, answeringServer } from "./answering-server.ts";
import { jsonText, oneValueReplaced, rubbish } from "./json-text.ts";
import { runs } from "./runs.ts";

const NAME = "gitlab/project/platform/api/registry-pull";
const ARN = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${NAME}-AbCdEf`;
const PUT = putting(1, "a-value-that-nobody-may-see");
const ID = "deploy-token-0000004711-20261123T030005Z-20270221T025547Z";

const entry = {
  ARN,
  Name: NAME,
  Tags: [{ Key: "deploy-token-rotator:lineage", Value: "h projects/1 a" }],
  LastChangedDate: 1795402805.5,
  RotationEnabled: false,
  PrimaryRegion: "us-east-1",
};
const described = {
  ...entry,
  VersionIdsToStages: { [ID]: ["AWSCURRENT"] },
  ReplicationStatus: [{ Region: "eu-west-1", Status: "Failed", StatusMessage: "no" }],
};
const listed = { SecretList: [{ ...entry, SecretVersionsToStages: { [ID]: ["AWSCURRENT"] } }] };
const versions = { ARN, Name: NAME, Versions: [{ VersionId: ID, VersionStages: ["AWSCURRENT"] }] };

let server: AnsweringServer;
let store: AwsStore;
beforeAll(async () => {
  stubAwsEnvironment();
  server = await answeringServer();
  store = await createAwsStore({
    region: "us-east-1",
    endpoint: server.url,
    clock: storeClock(),
    writesPerSecond: 1_000_000,
  });
});
afterAll(async () => {
  store.close();
  await server.close();
});

const headers = fc.record(
  {
    "content-type": fc.constantFrom("application/x-amz-json-1.1", "text/html", "application/cbor"),
    "x-amzn-requestid": fc.constantFrom("", "r-1"),
    "x-amzn-errortype": fc.constantFrom("AccessDeniedException:http://x", "__proto__", "", "a#b,c:d"),
    date: fc.constantFrom("Tue, 24 Nov 2026 03:00:00 GMT", "never", "Tue, 24 Nov 1970 03:00:00 GMT"),
  },
  { requiredKeys: [] },
);

/** The SDK waits between repeats by the real clock, so only calls that are sent once meet what it would repeat. */
const REFUSALS = [400, 401, 403, 404, 418];

const settled = async <Result>(call: Promise<Result>): Promise<Result | SecretStoreError> => {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof SecretStoreError)) throw error;
    expect(error.message.length).toBeLessThan(3_000);
    expect(JSON.stringify([error.message, error.cause])).not.toContain(PUT.value.reveal());
    return error;
  }
};

const wellFormed = (secret: SecretDescription): void => {
  expect(secret.arn).not.toBe("");
  expect(secret.name).not.toBe("");
  for (const [key, value] of Object.entries(secret.tags))
    expect([typeof key, typeof value]).toEqual(["string", "string"]);
  for (const { id, labels } of secret.versions)
    expect([typeof id, ...labels.map((label) => typeof label)]).not.toContain("object");
  expect(secret.lastChangedAt?.getTime()).not.toBeNaN();
  expect(secret.deletionDate?.getTime()).not.toBeNaN();
};

const all = async (): Promise<SecretDescription[]> => {
  const found: SecretDescription[] = [];
  for await (const secret of store.list()) found.push(secret);
  return found;
};

describe("whatever Secrets Manager answers,", () => {
  test("a description is whole and of the secret asked for, or an error of ours", async () => {
    const body = fc.oneof({ weight: 4, arbitrary: oneValueReplaced(described) }, rubbish);
    await fc.assert(
      fc.asyncProperty(body, headers, async (text, given) => {
        server.answer = { status: 200, headers: given, body: text };
        const secret = await settled(store.describe(ARN));
        if (secret === undefined || secret instanceof SecretStoreError) return;
        wellFormed(secret);
        expect(secret.arn).toBe(ARN);
      }),
      runs(120),
    );
  });

  test("a list is whole, or an error of ours, and never a list that was not there", async () => {
    const body = fc.oneof({ weight: 4, arbitrary: oneValueReplaced(listed) }, rubbish);
    await fc.assert(
      fc.asyncProperty(body, headers, async (text, given) => {
        server.answer = { status: 200, headers: given, body: text };
        const secrets = await settled(all());
        if (secrets instanceof SecretStoreError) return;
        secrets.forEach(wellFormed);
        expect(text).toContain("SecretList");
      }),
      runs(120),
    );
  });

  test("version ids are text, or an error of ours", async () => {
    const body = fc.oneof({ weight: 4, arbitrary: oneValueReplaced(versions) }, rubbish);
    await fc.assert(
      fc.asyncProperty(body, headers, async (text, given) => {
        server.answer = { status: 200, headers: given, body: text };
        const ids = await settled(store.versions(NAME));
        if (!(ids instanceof SecretStoreError)) for (const id of ids) expect(id).toBeTypeOf("string");
      }),
      runs(100),
    );
  });

  test("a refusal is an error of ours, and never a secret", async () => {
    const fault = fc.dictionary(
      fc.constantFrom("__type", "message", "Message", "code", "name", "$metadata", "$fault"),
      jsonText,
    );
    const body = fc.oneof(
      fault.map(
        (fields) =>
          `{${Object.entries(fields)
            .map(([key, text]) => `${JSON.stringify(key)}:${text}`)
            .join()}}`,
      ),
      rubbish,
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...REFUSALS), body, headers, async (status, text, given) => {
        server.answer = { status, headers: given, body: text };
        const { step } = (await settled(store.ensure(NAME, {}))) as SecretStoreError;
        expect(step).toBe("ensure");
        expect(await settled(store.record(NAME, {}))).toBeInstanceOf(SecretStoreError);
      }),
      runs(80),
    );
  });

  test("a put is done only when its version is named, and refused only when Secrets Manager refuses it", async () => {
    const body = fc.oneof(
      oneValueReplaced({ ARN, Name: NAME, VersionId: PUT.versionId, VersionStages: ["AWSCURRENT"] }),
      oneValueReplaced({ __type: "InternalServiceError", message: "m", code: "ECONNREFUSED" }),
      rubbish,
    );
    const status = fc.constantFrom(200, 201, 204, 301, ...REFUSALS, 408, 500, 502, 503);
    const manner = fc.constantFrom("whole" as const, "whole" as const, "cut" as const, "raw" as const);
    await fc.assert(
      fc.asyncProperty(status, body, headers, manner, async (code, text, given, how) => {
        server.answer = { status: code, headers: given, body: text, manner: how };
        const error = await settled(store.put(NAME, PUT));
        if (error === undefined) expect(text).toContain(PUT.versionId);
        if (error?.outcome === "refused") expect([how, ...REFUSALS, 408]).toContain(code);
      }),
      runs(120),
    );
  });
});

test.each([
  ["no JSON object", "5"],
  ["nothing", "{}"],
  ["another's secret", JSON.stringify({ ...described, ARN: `${ARN}x`, Name: "other" })],
  ["tags that are no list", JSON.stringify({ ...described, Tags: 5 })],
  ["a tag that is nothing", JSON.stringify({ ...described, Tags: [null] })],
  ["a label that is a number", JSON.stringify({ ...described, VersionIdsToStages: { [ID]: [5] } })],
  ["a date past all dates", JSON.stringify({ ...described, LastChangedDate: 1e300 })],
  ["two megabytes of brackets", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`],
])("a description with %s is refused", async (_, body) => {
  server.answer = { status: 200, body };
  await expect(store.describe(NAME)).rejects.toMatchObject({ code: "ERR_SECRET_UNAVAILABLE" });
});

test.each([
  [500, '{"__type":"InternalServiceError","message":5}'],
  [500, '{"__type":"InternalServiceError","code":"ECONNREFUSED"}'],
  [200, "{}"],
])("nobody knows what became of a put that %i answers with %s", async (status, body) => {
  server.answer = { status, headers: { "x-amzn-requestid": "r-1" }, body };
  await expect(store.put(NAME, PUT)).rejects.toMatchObject({
    code: "ERR_SECRET_UNAVAILABLE",
    outcome: "unknown",
  });
});
