import { describe, expect, test } from "vitest";
import type { DoctorCheck } from "../../src/model/doctor.ts";
import { GitLabError, type GitLabErrorCode, SecretStoreError } from "../../src/model/errors.ts";
import { doctorReport, fail, notTried, pass } from "../../src/plan/doctor-check.ts";
import { judgeSchedule } from "../../src/plan/doctor-schedule.ts";
import { judgeIdentity, judgeRights } from "../../src/plan/doctor-store.ts";
import { judgeRole } from "../../src/plan/doctor-targets.ts";
import { isUsable, judgeToken, judgeVersion } from "../../src/plan/doctor-token.ts";
import { judgeClock, judgeTls, judgeUrl, type TlsFacts } from "../../src/plan/doctor-url.ts";

const NOW = new Date("2026-11-24T09:30:00Z");
const DAY = 86_400_000;
const WAY = { url: "https://gitlab.example.com", proxy: undefined };
const later = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);
const gitlabError = (code: GitLabErrorCode, status: number): GitLabError =>
  new GitLabError("GitLab said no.", { code, status, route: "GET /x", outcome: "refused" });
const shortly = ({ result, message, fix }: DoctorCheck): string => `${result} ${message} ${fix ?? ""}`;

describe("the address", () => {
  const answered = (status: number, more: { location?: string; json?: Record<string, unknown> } = {}) =>
    shortly(judgeUrl({ kind: "answered", status, location: more.location, json: more.json }, WAY));
  test.each<[string, string, string]>([
    ["GitLab asks for a token", answered(401, { json: { message: "401 Unauthorized" } }), "pass"],
    ["another API refuses", answered(401, { json: { detail: "no" } }), "fail"],
    ["a page answers", answered(200), "is no API: that is not GitLab. Set gitlab.url"],
    ["a relative root is missing", answered(404), "with its relative root"],
    [
      "it leads to https",
      answered(301, { location: "https://git.example.com/api/v4/metadata" }),
      "to https://git.example.com",
    ],
    ["it leads to a login page", answered(302, { location: "https://sso.example.com/?x" }), "own address"],
    ["it leads to no address", answered(302, { location: "/api/v4/metadata" }), "own address"],
    ["a firewall shuts us out", answered(403), "let this address in"],
    ["it is busy", answered(429), "warn"],
    ["it is in trouble", answered(502), "is in trouble"],
  ])("%s", (_, said, expected) => expect(said).toContain(expected));

  test("names the proxy", () => {
    const way = { ...WAY, proxy: "http://proxy:3128" };
    expect(judgeUrl({ kind: "unreachable", message: "no." }, way).message).toContain(
      "proxy http://proxy:3128",
    );
  });
});

describe("TLS", () => {
  const met = {
    kind: "met",
    protocol: "TLSv1.3",
    issuer: "R3",
    problem: undefined,
    validTo: later(90 * DAY),
  } as const;
  test.each<[string, TlsFacts, string, boolean, string]>([
    ["no TLS on this machine", { kind: "plain" }, "http://127.0.0.1", false, "pass"],
    ["no TLS elsewhere", { kind: "plain" }, "http://gitlab.example.com", false, "warn"],
    ["trusted", met, WAY.url, false, "pass TLSv1.3"],
    ["at 14 days", { ...met, validTo: later(14 * DAY) }, WAY.url, false, "pass"],
    ["one ms below", { ...met, validTo: later(14 * DAY - 1) }, WAY.url, false, "warn"],
    ["not trusted", { ...met, problem: "SELF_SIGNED" }, WAY.url, false, "fail"],
    ["not checked at all", met, WAY.url, true, "fail NODE_TLS_REJECT_UNAUTHORIZED"],
    ["behind a proxy", { kind: "behind-proxy" }, WAY.url, false, "pass"],
    ["no TLS there", { kind: "failed", message: "EPROTO" }, WAY.url, false, "fail"],
  ])("%s", (_, facts, url, unchecked, expected) =>
    expect(shortly(judgeTls(facts, { url, now: NOW, unchecked }))).toContain(expected),
  );
});

test.each<[number | undefined, string]>([
  [0, "pass"],
  [-10_000, "pass"],
  [10_001, "warn"],
  [-60_000, "warn"],
  [60_001, "fail"],
  [-60_001, "fail"],
  [undefined, "warn"],
])("a clock that is %s ms off: %s", (skew, result) => expect(judgeClock(skew).result).toBe(result));

test.each([
  ["14.8.9", "fail"],
  ["15.4.0-ee", "warn"],
  ["15.5.0", "warn"],
  ["17.11.4", "pass"],
  ["18.3.0", "pass"],
  ["19.1.1-ee", "pass"],
  ["20.0.0", "warn"],
])("GitLab %s: %s", (version, result) => expect(judgeVersion({ value: { version } }).result).toBe(result));

describe("our access token", () => {
  const token = { id: 1, name: "n", scopes: ["api"], active: true, expiresAt: undefined };
  const results = (more: object) =>
    judgeToken({ value: { ...token, ...more } }, NOW).map(({ result }) => result);
  test.each([
    ["never expires", {}, ["pass", "pass", "pass"]],
    ["may only read", { scopes: ["read_api"] }, ["pass", "fail", "pass"]],
    ["may do nothing", { scopes: [] }, ["pass", "fail", "pass"]],
    ["is fine-grained", { scopes: ["granular"] }, ["pass", "warn", "pass"]],
    ["is not active", { active: false }, ["fail", "pass", "pass"]],
    ["has 30 days", { expiresAt: later(30 * DAY) }, ["pass", "pass", "pass"]],
    ["has a ms less", { expiresAt: later(30 * DAY - 1) }, ["pass", "pass", "warn"]],
    ["has 7 days", { expiresAt: later(7 * DAY) }, ["pass", "pass", "warn"]],
    ["has a ms less than 7", { expiresAt: later(7 * DAY - 1) }, ["pass", "pass", "fail"]],
    ["has expired", { expiresAt: NOW }, ["pass", "pass", "fail"]],
  ])("%s", (_, more, expected) => expect(results(more)).toEqual(expected));

  test.each<[GitLabErrorCode, number, string, boolean]>([
    ["ERR_GITLAB_UNAUTHORIZED", 401, "fail", false],
    ["ERR_GITLAB_NOT_FOUND", 404, "warn", true],
    ["ERR_GITLAB_UNAVAILABLE", 500, "fail", true],
  ])("%s", (code, status, result, usable) => {
    const asked = { error: gitlabError(code, status) };
    expect(judgeToken(asked, NOW).map((check) => check.result)).toEqual([result, "warn", "warn"]);
    expect(isUsable(asked)).toBe(usable);
  });
});

describe("our role", () => {
  const role = (
    kind: "project" | "group",
    level: number | undefined,
    more: { admin?: boolean; denied?: boolean } = {},
  ) => {
    const listError = more.denied ? gitlabError("ERR_GITLAB_FORBIDDEN", 403) : undefined;
    const target = { kind, id: 1, path: "a/b" };
    const found = judgeRole({ target, own: true, level, listError, lineages: [] }, more.admin ?? false);
    return found && shortly(found);
  };
  test.each<[string, string | undefined, string | undefined]>([
    ["a project's Maintainer", role("project", 40), undefined],
    ["a project's custom role", role("project", 30), "warn project a/b: our role is Developer, but"],
    [
      "a project's Developer",
      role("project", 30, { denied: true }),
      "fail project a/b: our role is Developer",
    ],
    ["a project that was not asked", role("project", undefined), undefined],
    ["a group's Owner", role("group", 50), undefined],
    [
      "a group's Maintainer",
      role("group", 40),
      "may list the group's deploy tokens, but neither create nor delete",
    ],
    ["a group that tells nothing", role("group", undefined), "warn"],
    ["an administrator in a group", role("group", undefined, { admin: true }), undefined],
  ])("%s", (_, said, expected) =>
    expected === undefined ? expect(said).toBeUndefined() : expect(said).toContain(expected),
  );
});

describe("AWS", () => {
  const denied = new SecretStoreError("denied.", {
    code: "ERR_SECRET_ACCESS_DENIED",
    step: "list",
    outcome: "refused",
  });
  const facts = {
    list: undefined,
    describe: undefined,
    versions: undefined,
    guessed: false,
    kmsKeyId: undefined,
  };
  test.each<
    [string, Partial<typeof facts> | { list?: unknown; describe?: unknown; guessed?: boolean }, string[]]
  >([
    ["everything allowed", {}, ["pass"]],
    ["no list", { list: denied }, ["warn", "pass"]],
    ["no describe", { describe: denied }, ["fail", "pass"]],
    ["no describe of a made-up name", { describe: denied, guessed: true }, ["warn", "pass"]],
    ["no network", { list: new Error("down") }, ["fail", "pass"]],
  ])("%s", (_, more, expected) =>
    expect(judgeRights({ ...facts, ...more }).map(({ result }) => result)).toEqual(expected),
  );

  test.each([
    [
      "a role",
      { value: { account: "1", arn: "arn:aws:sts::1:assumed-role/r/i", region: "eu-west-1" } },
      true,
      "pass",
    ],
    [
      "the root user",
      { value: { account: "1", arn: "arn:aws:iam::1:root", region: "eu-west-1" } },
      true,
      "warn",
    ],
    ["nobody", { error: new Error("CredentialsProviderError") }, false, "fail"],
    ["no STS", { error: new Error("ECONNREFUSED") }, true, "warn"],
    ["no region", { error: new Error("Error: Region is missing") }, false, "fail"],
  ])("we are %s", (_, asked, storeAnswers, result) =>
    expect(judgeIdentity(asked, storeAnswers).result).toBe(result),
  );
});

test("a schedule is told in words, with its next times in its own zone", () => {
  const schedule = { cron: "17 3 * * *", timezone: "Europe/Berlin", jitter: 600_000 } as never;
  const next = [new Date("2026-11-25T02:17:00Z")];
  expect(judgeSchedule({ ...(schedule as object), words: "At 03:17", next } as never).message).toBe(
    "At 03:17 (Europe/Berlin), each up to 10 minutes later; next: 2026-11-25 03:17.",
  );
});

test("checks stand in a fixed order and are counted", () => {
  const report = doctorReport([pass("schedule", "a"), fail("role", "b"), notTried("url", "role")], NOW);
  expect(report.checks.map(({ check }) => check)).toEqual(["url", "role", "schedule"]);
  expect(report.summary).toEqual({ pass: 1, warn: 1, fail: 1 });
});
