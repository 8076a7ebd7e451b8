import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, milliseconds, SECOND } from "../../src/model/duration.ts";
import { PolicyError } from "../../src/model/errors.ts";
import { firstToken, issuesOf, load, policyText } from "./policy-text.ts";

describe("loadPolicy", () => {
  test("fills in every default", () => {
    expect(load(policyText())).toEqual({
      gitlab: { url: "https://gitlab.example.com", instance: "gitlab.example.com" },
      store: { type: "file", path: "./secrets", tags: {} },
      schedule: undefined,
      projects: [
        {
          target: { kind: "project", idOrPath: "platform/api" },
          position: { file: "rotation.yaml", line: 4, column: 12 },
          tokens: [
            {
              kind: "declared",
              name: "registry-pull",
              scopes: ["read_registry"],
              username: undefined,
              position: { file: "rotation.yaml", line: 4, column: 43 },
              lifetime: 90 * DAY,
              renewBefore: 30 * DAY,
              overlap: 24 * HOUR,
              secret: "gitlab/{kind}/{path}/{name}",
              format: "json",
              verify: "auto",
              existing: "adopt",
              existingOverlap: "expiry",
              neverExpires: "report",
              adoptSecret: false,
            },
          ],
        },
      ],
      groups: [],
      limits: { concurrency: 8, gitlabRequestsPerSecond: 25, maxRotations: 100 },
      safety: { rotationDeadline: 5 * MINUTE, strayAfter: 20 * MINUTE },
      notify: [],
      engine: { type: "local" },
    });
  });

  test("fills in the defaults of a store and a schedule", () => {
    const policy = load(
      policyText({ store: "{ type: aws-secrets-manager }", schedule: '{ cron: "0 3 * * *" }' }),
    );
    expect(policy.store).toEqual({
      type: "aws-secrets-manager",
      region: undefined,
      kmsKeyId: undefined,
      tags: {},
    });
    expect(policy.schedule).toEqual({ cron: "0 3 * * *", timezone: "UTC", jitter: 0 });
  });

  test("gives a fleet its instance's name, in characters that a key may hold", () => {
    const engine = (gitlab: string, written: string) =>
      load(policyText({ gitlab, schedule: '{ cron: "0 3 * * *" }', engine: written })).engine;
    expect(engine("{ url: https://gitlab.example.com:8443/git }", "{ type: bullmq }")).toEqual({
      type: "bullmq",
      url: undefined,
      name: "gitlab.example.com-8443-git",
    });
    expect(
      engine("{ url: https://gitlab.example.com }", "{ type: bullmq, url: 'rediss://r/1', name: a }"),
    ).toEqual({ type: "bullmq", url: "rediss://r/1", name: "a" });
  });

  test("reads every setting, from defaults and from the token", () => {
    const settings =
      "renew_before: 1h, overlap: 2h, secret: s, format: plain, verify: off, existing: replace, existing_overlap: 3h, never_expires: rotate, adopt_secret: true";
    const read = {
      lifetime: 4 * DAY,
      renewBefore: HOUR,
      overlap: 2 * HOUR,
      secret: "s",
      format: "plain",
      verify: "off",
      existing: "replace",
      existingOverlap: 3 * HOUR,
      neverExpires: "rotate",
      adoptSecret: true,
    };
    expect(firstToken(load(policyText({ defaults: `{ lifetime: 4d, ${settings} }` })))).toMatchObject(read);
    const own = `[{ path: a/b, tokens: [{ name: x, scopes: [read_registry], username: u, lifetime: 4d, ${settings} }] }]`;
    expect(firstToken(load(policyText({ projects: own })))).toMatchObject({ ...read, username: "u" });
  });

  test("lets a token's own setting stand before defaults, false before true", () => {
    const projects =
      "[{ path: a/b, tokens: [{ name: x, scopes: [read_registry], adopt_secret: false, verify: auto }] }]";
    const token = firstToken(load(policyText({ defaults: "{ adopt_secret: true, verify: off }", projects })));
    expect(token).toMatchObject({ adoptSecret: false, verify: "auto" });
  });

  test("takes renew_before as a third of the token's lifetime, in whole seconds", () => {
    const projects = "[{ path: a/b, tokens: [{ match: x, lifetime: 100d }, { match: y, lifetime: 200h }] }]";
    const tokens = load(policyText({ projects })).projects[0]?.tokens ?? [];
    expect(tokens.map(({ renewBefore }) => renewBefore)).toEqual([2_880_000 * SECOND, 240_000 * SECOND]);
    const odd = policyText({ defaults: "{ lifetime: 100001s, overlap: 1s }" });
    expect(firstToken(load(odd)).renewBefore).toBe(milliseconds(33_333_000));
  });

  test("reads groups, their projects and what is left out", () => {
    const groups =
      "[{ path: 7, tokens: [{ match: a }], projects: { exclude: [x/**], tokens: [{ match: b }] } }]";
    expect(load(policyText({ projects: "", groups })).groups).toMatchObject([
      {
        target: { kind: "group", idOrPath: 7 },
        tokens: [{ kind: "match", pattern: "a" }],
        projects: { exclude: [{ pattern: "x/**" }], tokens: [{ kind: "match", pattern: "b" }] },
      },
    ]);
  });

  test("keeps each entry's place", () => {
    const policy = load(
      `${policyText({ projects: "" })}groups:\n  - path: g\n    projects:\n      tokens:\n        - match: a\n        - match: b\n`,
    );
    expect(policy.groups[0]?.position).toEqual({ file: "rotation.yaml", line: 6, column: 5 });
    expect(policy.groups[0]?.projects?.tokens[1]?.position).toEqual({
      file: "rotation.yaml",
      line: 10,
      column: 11,
    });
  });

  test("says how many issues there are, and keeps them in the order of the file", () => {
    try {
      load("version: 2\nx: 1\n");
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      expect(error.message).toMatch(/^the policy is invalid: \d+ issues$/);
      const places = error.issues.map(({ line, column }) => line * 1000 + column);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    }
  });
});

describe("gitlab.url", () => {
  test.each([
    ["https://gitlab.example.com", "https://gitlab.example.com", "gitlab.example.com"],
    ["https://gitlab.example.com///", "https://gitlab.example.com", "gitlab.example.com"],
    ["https://GitLab.Example.com:443/", "https://gitlab.example.com", "gitlab.example.com"],
    [
      "http://gitlab.example.com:8080/git/",
      "http://gitlab.example.com:8080/git",
      "gitlab.example.com:8080/git",
    ],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000", "127.0.0.1:3000"],
    ["http://[::1]:3000/x", "http://[::1]:3000/x", "::1:3000/x"],
    ["https://gitlab.example.com/api", "", ""],
    ["https://git.example.com/my-api", "https://git.example.com/my-api", "git.example.com/my-api"],
  ])("%s is taken as %s, the instance as %s", (written, url, instance) => {
    const text = policyText({ gitlab: `{ url: "${written}" }` });
    if (url === "") expect(issuesOf(text)).toHaveLength(1);
    else expect(load(text).gitlab).toEqual({ url, instance });
  });

  test("is overridden by GITLAB_BASE_URL, the instance's default too", () => {
    const policy = load(policyText(), "https://other.example.com/");
    expect(policy.gitlab).toEqual({ url: "https://other.example.com", instance: "other.example.com" });
    const named = policyText({ gitlab: "{ url: https://gitlab.example.com, instance: main }" });
    expect(load(named, "https://other.example.com").gitlab.instance).toBe("main");
  });

  test("need not stand there when GITLAB_BASE_URL is set", () => {
    expect(load(policyText({ gitlab: "" }), "https://a.example.com").gitlab.url).toBe(
      "https://a.example.com",
    );
  });

  test("names GITLAB_BASE_URL when that one is wrong, and repeats no credentials of it", () => {
    const issues = issuesOf(policyText(), "https://me:hunter2@gitlab.example.com");
    expect(issues).toMatchObject([
      { path: "gitlab.url", message: expect.stringContaining("GITLAB_BASE_URL is wrong") },
    ]);
    expect(JSON.stringify(issues)).not.toContain("hunter2");
  });
});

describe("the rules' edges", () => {
  const token = (settings: string): string =>
    policyText({ projects: `[{ path: a/b, tokens: [{ name: x, scopes: [read_registry], ${settings} }] }]` });

  test.each([
    ["lifetime: 100h, renew_before: 50h, overlap: 49h", 0],
    ["lifetime: 100h, renew_before: 50h, overlap: 50h", 1],
    ["lifetime: 100h, renew_before: 50h, overlap: 51h", 1],
    ["lifetime: 601s, renew_before: 300s, overlap: 1s", 2],
    ["lifetime: 2h, renew_before: 20m, overlap: 89m", 0],
    ["lifetime: 2h, renew_before: 20m, overlap: 90m", 1],
    ["renew_before: 20m", 0],
    ["renew_before: 1199s", 1],
  ])("%s: %d issues", (settings, count) => {
    expect(issuesOf(token(settings))).toHaveLength(count);
  });

  test.each([
    ["{ rotation_deadline: 5m, stray_after: 15m }", 0],
    ["{ rotation_deadline: 5m, stray_after: 899s }", 1],
    ["{ rotation_deadline: 400s }", 0],
    ["{ rotation_deadline: 401s }", 1],
  ])("safety %s: %d issues", (safety, count) => {
    expect(issuesOf(policyText({ safety }))).toHaveLength(count);
  });

  test.each([
    ["23h", 0],
    ["86399s", 0],
    ["24h", 1],
  ])("jitter %s: %d issues", (jitter, count) => {
    expect(issuesOf(policyText({ schedule: `{ cron: "0 3 * * *", jitter: ${jitter} }` }))).toHaveLength(
      count,
    );
  });

  test("a name counts characters as GitLab does, and may be 255 long", () => {
    const named = (length: number): string =>
      policyText({
        projects: `[{ path: a/b, tokens: [{ name: "${"😀".repeat(length)}", scopes: [read_registry], secret: s }] }]`,
      });
    expect(issuesOf(named(255))).toEqual([]);
    expect(issuesOf(named(256))).toHaveLength(1);
  });

  test("a secret's name is measured with the path that it will hold", () => {
    const named = (length: number): string =>
      policyText({
        projects: `[{ path: "a/${"b".repeat(length)}", tokens: [{ name: x, scopes: [read_registry], secret: "{path}" }] }]`,
      });
    expect(issuesOf(named(510))).toEqual([]);
    expect(issuesOf(named(511))).toHaveLength(1);
  });

  test("a project and a group may share an id, a name may stand in a project and in its group's projects", () => {
    const text = policyText({
      projects: "[{ path: 7, tokens: [{ name: x, scopes: [read_registry] }] }]",
      groups:
        "[{ path: 7, tokens: [{ name: x, scopes: [read_registry] }], projects: { tokens: [{ name: x, scopes: [read_registry] }] } }]",
    });
    expect(issuesOf(text)).toEqual([]);
  });
});
