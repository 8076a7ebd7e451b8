import { describe, expect, it, test } from "vitest";
import { DAY } from "../../src/model/duration.ts";
import { lineageTable } from "../../src/server/page/lineage-table.ts";
import { gitlabLink, secretLink } from "../../src/server/page/links.ts";
import { linkTo, readQuery, select } from "../../src/server/page/query.ts";
import { aLineageStatus, anEmptyOverview, later, NOW } from "../support/overview/sample.ts";

const query = (text: string) => readQuery(new URLSearchParams(text));

describe("the query parameters", () => {
  test.each([
    ["", ""],
    ["?q=++a+b++", "?q=a+b"],
    [
      "?state=failing&kind=group&within=30&sort=expiry&page=3&refresh=1",
      "?state=failing&kind=group&within=30&sort=expiry&page=3&refresh=1",
    ],
    ["?state=xyz&kind=users&within=31&sort=secret&page=0&refresh=yes", ""],
    ["?page=1e99&page=2", ""],
    ["?page=1.5", ""],
    ["?q=%22%3E%3Cscript%3E", "?q=%22%3E%3Cscript%3E"],
    [`?q=${"x".repeat(500)}`, `?q=${"x".repeat(200)}`],
  ])("%s is understood as %s", (written, understood) => {
    expect(linkTo(query(written), {})).toBe(`/${understood}`);
  });
});

describe("the selection", () => {
  const lineages = [
    aLineageStatus({ path: "b/api", state: "failing", expiresAt: later(40 * DAY), tokenId: 12 }),
    aLineageStatus({
      path: "c/web",
      state: "conflict",
      kind: "group",
      token: null,
      secret: null,
      expiresAt: undefined,
    }),
    aLineageStatus({ path: "a/API", token: "mirror", expiresAt: later(30 * DAY), secret: "prod/x" }),
    aLineageStatus({ path: "d", secret: null, expiresAt: later(-DAY) }),
  ];
  test.each([
    ["", ["b/api", "c/web", "a/API", "d"]],
    ["q=api", ["b/api", "a/API"]],
    ["q=mirror+API", ["a/API"]],
    ["q=prod/x", ["a/API"]],
    ["q=12", ["b/api"]],
    ["q=nothing", []],
    ["state=attention", ["b/api", "c/web"]],
    ["state=conflict", ["c/web"]],
    ["kind=group", ["c/web"]],
    ["within=30", ["a/API", "d"]],
    ["sort=expiry", ["d", "a/API", "b/api", "c/web"]],
    ["sort=name", ["a/API", "b/api", "c/web", "d"]],
  ])("%s", (text, paths) => {
    expect(select(lineages, query(text), NOW).map(({ path }) => path)).toEqual(paths);
  });
});

describe("the table", () => {
  test.each([
    ["its day", 1, ">2026-11-23<"],
    ["due", 0, `<time datetime="${NOW.toISOString()}" title="since 2026-11-23 09:30 UTC">due</time>`],
    ["due", -20 * DAY, ">due</time>"],
  ])("shows a renewal as %s, %d ms before it may begin", async (_, left, shown) => {
    const lineages = [aLineageStatus({ renewsAt: later(left) })];
    const overview = anEmptyOverview();
    const markup = lineageTable({ overview, query: query(""), selected: lineages, all: 1, now: NOW });
    const [, cell] = /data-label="Renews">(.*?)<\/td>/.exec(String(await markup)) ?? [];
    expect(cell).toContain(shown);
  });
});

describe("a link to GitLab", () => {
  const gitlabUrl = "https://gitlab.example.com/git";
  test.each([
    ["project", "platform/api", `${gitlabUrl}/platform/api/-/settings/repository#js-deploy-tokens`],
    ["group", "platform", `${gitlabUrl}/groups/platform/-/settings/repository#js-deploy-tokens`],
    ["project", 'a"b/<c>?d#e', `${gitlabUrl}/a%22b/%3Cc%3E%3Fd%23e/-/settings/repository#js-deploy-tokens`],
    ["project", "../../admin", undefined],
    ["project", "/evil.example/x", undefined],
  ] as const)("of the %s %s is %s", (kind, path, link) => {
    expect(gitlabLink({ gitlabUrl }, { kind, path, targetId: 1 })).toBe(link);
  });

  it("is not made of what is no URL, or of a target that nobody has seen", () => {
    const target = { kind: "project", path: "a/b", targetId: 1 } as const;
    expect(gitlabLink({ gitlabUrl: "javascript:alert(1)//" }, target)).toBeUndefined();
    expect(gitlabLink({ gitlabUrl }, { ...target, targetId: undefined })).toBeUndefined();
  });
});

describe("a link to the AWS console", () => {
  test.each([
    [
      "eu-west-1",
      "a/b c",
      "https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=a%2Fb%20c&region=eu-west-1",
    ],
    [
      "cn-north-1",
      "x",
      "https://cn-north-1.console.amazonaws.cn/secretsmanager/secret?name=x&region=cn-north-1",
    ],
    [
      "us-gov-west-1",
      "x",
      "https://us-gov-west-1.console.amazonaws-us-gov.com/secretsmanager/secret?name=x&region=us-gov-west-1",
    ],
    ["evil.example/", "x", undefined],
    [undefined, "x", undefined],
    ["eu-west-1", null, undefined],
  ])("in %s of %s is %s", (awsRegion, secret, link) => {
    expect(secretLink({ awsRegion }, secret)).toBe(link);
  });
});
