import { describe, expect, test } from "vitest";
import { policyHash } from "../../src/policy-hash.ts";
import { load, policyText } from "../policy/policy-text.ts";

const AWS = { store: "{ type: aws-secrets-manager }", schedule: '{ cron: "0 3 * * *" }' };
const hash = (sections: Record<string, string> = {}, env: Record<string, string> = {}): string =>
  policyHash(load(policyText({ ...AWS, ...sections })), env);

describe("the policy's hash", () => {
  test.each([
    ["a comment and an empty line", { server: "{ listen: 127.0.0.1:1 } # here\n\n" }],
    ["where each replica listens", { server: "{ listen: 127.0.0.1:9464 }" }],
    ["how each reaches Redis", { engine: "{ type: bullmq, url: 'redis://r' }" }],
    ["a default that is written out", { defaults: "{ lifetime: 90d }", limits: "{ concurrency: 8 }" }],
    ["another way to write the same", { schedule: "{ timezone: UTC, cron: '0 3 * * *' }" }],
  ])("is not changed by %s", (_, sections: Record<string, string>) => {
    expect(hash(sections)).toBe(hash());
  });

  test.each([
    ["a token's settings", { defaults: "{ overlap: 25h }" }],
    ["another token", { projects: "[{ path: a/b, tokens: [{ name: x, scopes: [read_registry] }] }]" }],
    ["the schedule", { schedule: '{ cron: "1 3 * * *" }' }],
    ["another GitLab", { gitlab: "{ url: https://other.example.com }" }],
    ["the limits", { limits: "{ max_rotations: 1 }" }],
    ["the store's region", { store: "{ type: aws-secrets-manager, region: eu-west-1 }" }],
    ["who is told", { notify: "[{ type: slack, url_env: URL }]" }],
  ])("is changed by %s", (_, sections: Record<string, string>) => {
    expect(hash(sections)).not.toBe(hash());
  });

  test("is changed by a region of the environment, unless the policy names one", () => {
    expect(hash({}, { AWS_REGION: "eu-west-1" })).not.toBe(hash({}, { AWS_REGION: "eu-west-2" }));
    const named = { store: "{ type: aws-secrets-manager, region: eu-west-1 }" };
    expect(hash(named, { AWS_REGION: "eu-west-2" })).toBe(hash({}, { AWS_REGION: "eu-west-1" }));
  });
});
