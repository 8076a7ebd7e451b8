import { describe, expect, test } from "vitest";
import { GitLabError } from "../../src/model/errors.ts";
import {
  aLineage,
  aListener,
  anAccessToken,
  aRotation,
  aStatus,
  daysOn,
  EVERYTHING,
  fine,
  T0,
  told,
} from "./digest-world.ts";

const bad = { status: aStatus([aLineage()]) };
const good = { status: aStatus([fine()]) };
const outage = new GitLabError("GitLab cannot be reached", {
  code: "ERR_GITLAB_UNAVAILABLE",
  route: "GET /version",
  outcome: "unknown",
});

describe("a digest", () => {
  test("tells a failure at once, once, again after a day, and when it is fine again", () => {
    const listener = aListener();
    expect(listener.hear(good, T0)).toBeUndefined();
    expect(told(listener.hear(bad, daysOn(1)))).toEqual(["new warning Renewing ci"]);
    expect(listener.hear(bad, daysOn(1, 1))).toBeUndefined();
    expect(listener.hear(bad, daysOn(1, 22))).toBeUndefined();
    expect(told(listener.hear(bad, daysOn(1, 23)))).toEqual(["open warning Renewing ci"]);
    expect(listener.hear(bad, daysOn(2, 0))).toBeUndefined();
    const last = listener.hear(good, daysOn(2, 1));
    expect(told(last)).toEqual(["cleared warning Renewing ci"]);
    expect(last).toMatchObject({ severity: "info", title: "1 fine again" });
    expect(listener.hear(good, daysOn(9))).toBeUndefined();
  });

  test("tells a change of the reason, not one of the words", () => {
    const listener = aListener();
    listener.hear(bad, T0);
    const words = { status: aStatus([aLineage({ message: "expires in 28 days" })]) };
    expect(listener.hear(words, daysOn(0, 1))).toBeUndefined();
    const other = aLineage({ error: { code: "ERR_SECRET_ACCESS_DENIED", message: "denied" } });
    expect(told(listener.hear({ status: aStatus([other]) }, daysOn(0, 2)))).toEqual([
      "changed warning Renewing ci",
    ]);
  });

  test("becomes critical three days before consumers lose their token", () => {
    const listener = aListener({ minSeverity: "critical", wants: undefined });
    expect(listener.hear(bad, new Date(daysOn(26).getTime() - 1))).toBeUndefined();
    expect(told(listener.hear(bad, daysOn(26)))).toEqual(["new critical Renewing ci"]);
  });

  test.each([
    ["in progress", aLineage({ state: "in-progress", reason: "InProgress", error: undefined })],
    ["due", aLineage({ state: "due", error: undefined })],
    ["stopped", aLineage({ error: { code: "ERR_STOPPED", message: "stopping" } })],
  ])("neither tells nor clears what is %s", (_, lineage) => {
    const status = aStatus([lineage]);
    expect(aListener().hear({ status }, T0)).toBeUndefined();
    const listener = aListener();
    listener.hear(bad, T0);
    expect(listener.hear({ status }, daysOn(0, 1))).toBeUndefined();
    expect(told(listener.hear(good, daysOn(0, 2)))).toEqual(["cleared warning Renewing ci"]);
  });

  test("calls nothing fine that a pass could not see", () => {
    const listener = aListener();
    listener.hear(bad, T0);
    const blind = aStatus([
      aLineage({ token: null, path: "Platform/API", targetId: undefined, reason: "TargetFailed" }),
    ]);
    expect(told(listener.hear({ status: blind }, daysOn(0, 1)))).toEqual([
      "new warning TargetFailed -",
      "open warning Renewing ci",
    ]);
    expect(told(listener.hear({ error: outage }, daysOn(0, 2)))?.slice(0, 1)).toEqual([
      "new critical PassFailed -",
    ]);
    expect(told(listener.hear({ status: aStatus([]) }, daysOn(0, 3)))).toEqual([
      "cleared critical PassFailed -",
      "cleared warning TargetFailed -",
      "cleared warning Renewing ci",
    ]);
  });

  test.each([
    ["itself, by id", { path: "42", targetId: undefined }, true],
    ["itself, at another path", { path: "platform/moved" }, true],
    ["the group that it is in", { kind: "group", path: "platform", targetId: 3 }, true],
    ["a group by id, which may be any", { kind: "group", path: "3", targetId: undefined }, true],
    ["another project", { path: "platform/api-2", targetId: 43 }, false],
    ["a project that does not exist", { path: "other", targetId: undefined }, false],
    ["another project by id", { path: "7", targetId: undefined }, false],
    ["a group that it is not in", { kind: "group", path: "plat", targetId: 42 }, false],
  ] as const)("takes a lineage that is not seen for gone unless %s could not be read", (_, given, isOpen) => {
    const listener = aListener();
    listener.hear(bad, T0);
    const unread = aLineage({ token: null, reason: "TargetFailed", ...given });
    expect(told(listener.hear({ status: aStatus([unread]) }, daysOn(0, 1)))?.at(-1)).toBe(
      `${isOpen ? "open" : "cleared"} warning Renewing ci`,
    );
  });

  test("calls a target fine once it can be read, whatever others still cannot", () => {
    const listener = aListener();
    const unread = (path: string) =>
      aLineage({ token: null, path, targetId: undefined, reason: "TargetFailed" });
    listener.hear({ status: aStatus([unread("gone"), unread("platform/api")]) }, T0);
    const digest = listener.hear({ status: aStatus([unread("gone"), fine()]) }, daysOn(0, 1));
    expect(told(digest)).toEqual(["cleared warning TargetFailed -", "open warning TargetFailed -"]);
    expect(listener.memory().open).toHaveLength(1);
  });

  test("shows of a foreign error its name only", () => {
    const digest = aListener().hear({ error: new TypeError("https://hooks/hunter2") }, T0);
    expect(digest?.items[0]?.message).toContain("TypeError");
    expect(JSON.stringify(digest)).not.toContain("hunter2");
  });

  test("tells a warning of the pass once, whatever numbers are in it", () => {
    const listener = aListener();
    const warned = (seconds: number) => ({ status: aStatus([], { warnings: [`${seconds} s apart`] }) });
    expect(listener.hear(warned(61), T0)?.counts.new).toBe(1);
    expect(listener.hear(warned(62), daysOn(0, 1))).toBeUndefined();
  });

  test("tells of a token that expires soon and that nobody covers, and of no other finding", () => {
    const listener = aListener();
    const finding = {
      code: "ExpiresSoon",
      severity: "high",
      kind: "project",
      targetId: 7,
      path: "a/b",
      token: "x",
      tokenId: 3,
      secret: null,
      message: "expires in 5 days",
    } as const;
    const status = aStatus([]);
    const findings = [finding, { ...finding, code: "NeverExpires", tokenId: 4 } as const];
    expect(told(listener.hear({ status, findings }, T0))).toEqual(["new warning ExpiresSoon x"]);
    expect(listener.hear({ status }, daysOn(0, 1))).toBeUndefined();
    expect(told(listener.hear({ status, findings: [] }, daysOn(0, 2)))).toEqual([
      "cleared warning ExpiresSoon x",
    ]);
  });
});

describe("the rotator's own access token", () => {
  const hear = (listener: ReturnType<typeof aListener>, days: number) =>
    told(listener.hear({ status: aStatus([], { accessToken: anAccessToken() }) }, daysOn(365 - days)));

  test("is told of 30, 14, 7, 3 and 1 days before its end, and when that has come", () => {
    const listener = aListener();
    const days = Array.from({ length: 43 }, (_, index) => 40 - index);
    const heard = days.flatMap((day) => (hear(listener, day) ?? []).map((what) => `${day}: ${what}`));
    expect(heard).toEqual([
      "30: new warning AccessTokenExpiring rotator",
      "14: changed warning AccessTokenExpiring rotator",
      "7: changed warning AccessTokenExpiring rotator",
      "3: changed critical AccessTokenExpiring rotator",
      "1: changed critical AccessTokenExpiring rotator",
      "0: changed critical AccessTokenExpired rotator",
      "-1: open critical AccessTokenExpired rotator",
      "-2: open critical AccessTokenExpired rotator",
    ]);
  });

  test("is told of once when a pass comes late, and fine again when it was replaced", () => {
    const listener = aListener();
    expect(hear(listener, 5)).toEqual(["new warning AccessTokenExpiring rotator"]);
    const accessToken = anAccessToken({ id: 10, expiresAt: daysOn(900) });
    expect(told(listener.hear({ status: aStatus([], { accessToken }) }, daysOn(361)))).toEqual([
      "cleared warning AccessTokenExpiring rotator",
    ]);
  });

  test("is told of when somebody revoked it", () => {
    const accessToken = anAccessToken({ active: false });
    const digest = aListener().hear({ status: aStatus([], { accessToken }) }, T0);
    expect(digest).toMatchObject({ severity: "critical" });
    expect(digest?.items[0]?.message).toMatch(/was revoked.*GITLAB_TOKEN/);
  });

  test("stays told while GitLab says nothing of it", () => {
    const listener = aListener();
    hear(listener, 5);
    expect(listener.hear({ status: aStatus([]) }, daysOn(361))).toBeUndefined();
  });
});

describe("a receiver", () => {
  test("with targets hears of these only, and of nothing that concerns the rotator as a whole", () => {
    const listener = aListener({ minSeverity: "warning", wants: (path) => path.startsWith("platform/") });
    const other = aLineage({ path: "web/shop", targetId: 43 });
    const status = aStatus([aLineage(), other], {
      warnings: ["x"],
      accessToken: anAccessToken({ active: false }),
    });
    expect(told(listener.hear({ status }, T0))).toEqual(["new warning Renewing ci"]);
  });

  test("of info hears once what went well; others do not", () => {
    const done = [
      aRotation(),
      aRotation({ token: "x" }),
      aRotation({ result: "failed" }),
      aRotation({ action: "delete", reason: "Superseded" }),
    ];
    const listener = aListener({ minSeverity: "info", wants: undefined });
    expect(listener.hear({ ...good, done }, T0)?.title).toBe("2 tokens rotated, 1 token deleted");
    expect(listener.hear(good, daysOn(5))).toBeUndefined();
    expect(aListener(EVERYTHING).hear({ ...good, done }, T0)).toBeUndefined();
  });

  test("who was told that something is critical hears how it goes on when it is less", () => {
    const listener = aListener({ minSeverity: "critical", wants: undefined });
    listener.hear(bad, daysOn(27));
    const longer = { status: aStatus([aLineage({ expiresAt: daysOn(90) })]) };
    expect(told(listener.hear(longer, daysOn(28)))).toEqual(["changed warning Renewing ci"]);
    expect(told(listener.hear(good, daysOn(29)))).toEqual(["cleared warning Renewing ci"]);
  });
});
