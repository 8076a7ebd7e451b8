import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { PolicyError } from "../../src/model/errors.ts";
import { formatIssue } from "../../src/policy/issue-text.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import { policyWarnings } from "../../src/policy/warnings.ts";
import { everyPath, replaced } from "../fuzz/json-text.ts";
import { policyText } from "./policy-text.ts";

/** Loads or refuses; whatever else is thrown fails the property. */
const survives = (bytes: Uint8Array): boolean => {
  try {
    policyWarnings(loadPolicy({ file: "rotation.yaml", bytes }));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    for (const issue of error.issues) {
      expect(issue.line).toBeGreaterThan(0);
      expect(issue.column).toBeGreaterThan(0);
      expect(formatIssue(issue)).not.toMatch(/[\p{Cc}]/u);
    }
  }
  return true;
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const KEYS =
  "version gitlab url instance store type region kms_key_id path tags schedule cron timezone jitter defaults lifetime renew_before overlap secret format verify existing existing_overlap never_expires adopt_secret username projects tokens name match scopes groups exclude limits concurrency gitlab_requests_per_second max_rotations safety rotation_deadline stray_after";
const VALUES = [
  "90d",
  "0s",
  "a/b",
  "x",
  "{name}",
  "{nmae",
  "ci-*",
  "[",
  "read_registry",
  "file",
  "json",
  "off",
  "expiry",
  "UTC",
  "0 3 * * *",
  "https://gitlab.example.com",
  "http://u:p@x",
  "",
  " ",
  "\u0000",
  "\ud800",
  "__proto__",
  0,
  1,
  -1,
  42,
  0.5,
  1e21,
  true,
  false,
  null,
];

const { policy } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 6 }, fc.constantFrom(...VALUES), tie("list"), tie("policy")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  policy: fc.dictionary(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...KEYS.split(" ")) },
      { weight: 1, arbitrary: fc.string() },
    ),
    tie("value"),
    { maxKeys: 6 },
  ),
}));

describe("loadPolicy throws nothing but a PolicyError", () => {
  test("on any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives), { numRuns: 500 });
  });

  test("on any characters that mean something to YAML", () => {
    const text = fc.string({
      unit: fc.constantFrom(..."ab:-? [],{}#&*!|>'\"%@`\n\t\r~<1.\\é"),
      maxLength: 80,
    });
    fc.assert(
      fc.property(text, (yaml) => survives(encode(yaml))),
      { numRuns: 3000 },
    );
  });

  test("on any data under the keys of a policy", () => {
    fc.assert(
      fc.property(policy, (data) => survives(encode(stringify(data)))),
      { numRuns: 700 },
    );
  });

  test("on a good policy with any one value put in another's place", () => {
    const good = JSON.parse(
      JSON.stringify({
        version: 1,
        gitlab: { url: "https://gitlab.example.com", instance: "main" },
        store: { type: "aws-secrets-manager", region: "eu-west-1", kms_key_id: "alias/ci", tags: { a: "b" } },
        schedule: { cron: "0 3 * * *", timezone: "UTC", jitter: "1m" },
        defaults: { lifetime: "90d", renew_before: "30d", secret: "{id}/{name}", existing_overlap: "14d" },
        projects: [
          { path: "a/b", tokens: [{ name: "x", scopes: ["read_registry"], username: "u" }, { match: "*" }] },
        ],
        groups: [
          { path: 7, tokens: [{ match: "y" }], projects: { exclude: ["a/*"], tokens: [{ match: "z" }] } },
        ],
        limits: { concurrency: 1, gitlab_requests_per_second: 1, max_rotations: 1 },
        safety: { rotation_deadline: "1m", stray_after: "3m" },
      }),
    );
    const paths = everyPath(good);
    const change = fc.record({
      path: fc.constantFrom(...paths),
      value: fc.oneof(fc.constantFrom(...VALUES), policy, fc.array(policy, { maxLength: 2 })),
    });
    fc.assert(
      fc.property(change, ({ path, value }) => survives(encode(stringify(replaced(good, path, value))))),
      { numRuns: 700 },
    );
  });

  test("on a good policy with any bytes cut out", () => {
    const text = encode(policyText({ defaults: '{ lifetime: 60d, secret: "{id}/{name}" }' }));
    const cut = fc.tuple(fc.nat(text.length), fc.nat(20));
    fc.assert(
      fc.property(cut, ([from, length]) =>
        survives(Buffer.concat([text.subarray(0, from), text.subarray(from + length)])),
      ),
      { numRuns: 500 },
    );
  });
});
