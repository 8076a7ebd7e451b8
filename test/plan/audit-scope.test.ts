import { describe, expect, it } from "vitest";
import type { Target } from "../../src/model/target.ts";
import { auditTargets, mayBeAbout, type Reached } from "../../src/plan/audit-scope.ts";
import type { Resolved, UnreadEntry } from "../../src/plan/coverage.ts";
import { matched } from "./builders.ts";

const API: Target = { kind: "project", id: 1, path: "platform/team/api" };
const WEB: Target = { kind: "project", id: 2, path: "platform/web" };
const PLATFORM: Target = { kind: "group", id: 10, path: "platform" };
const TEAM: Target = { kind: "group", id: 11, path: "platform/team" };
const line = (at: number) => ({ file: "rotation.yaml", line: at, column: 1 });

const group = (target: Target, at: number, exclude: readonly string[] = []): Resolved["groups"][number] => ({
  entry: {
    target: { kind: "group", idOrPath: target.path },
    tokens: [],
    projects: {
      exclude: exclude.map((pattern, index) => ({ pattern, position: line(at + 1 + index) })),
      tokens: [matched()],
    },
    position: line(at),
  },
  target,
  below: [API, WEB],
});
const project = (target: Target, at: number): Resolved["projects"][number] => ({
  entry: { target: { kind: "project", idOrPath: target.path }, tokens: [matched()], position: line(at) },
  target,
});
const unread = (more: Partial<UnreadEntry>): UnreadEntry => ({
  target: { kind: "project", idOrPath: "platform/web" },
  known: {},
  below: false,
  ...more,
});

/** `platform/web 5: covered`, a line for each target. */
const targetsOf = (resolved: Partial<Resolved>, more: Partial<Reached> = {}): string[] =>
  auditTargets({
    resolved: { projects: [], groups: [], unread: [], ...resolved },
    below: [],
    strangers: [],
    policyFile: "rotation.yaml",
    ...more,
  }).map(({ target, position, exclusion, certain, coverage, through }) =>
    [
      `${target.path} ${position.line}:`,
      ...(coverage.lists.length > 0 ? ["covered"] : []),
      ...(exclusion ? ["excluded"] : []),
      ...(certain ? [] : ["unsure"]),
      ...(through === "secret" ? ["stranger"] : []),
    ].join(" "),
  );

describe("auditTargets", () => {
  it("takes every target once, with the nearest entry's place", () => {
    const resolved = { projects: [project(WEB, 3)], groups: [group(PLATFORM, 5), group(TEAM, 8)] };
    const below = [{ ...TEAM, id: 12, path: "platform/team/sub" }, WEB];
    expect(targetsOf(resolved, { below, strangers: [WEB, { ...WEB, id: 9, path: "x/y" }] })).toEqual([
      "platform/web 3: covered",
      "platform 5:",
      "platform/team 8:",
      "platform/team/api 8: covered",
      "platform/team/sub 8:",
      "x/y 1: stranger",
    ]);
  });

  it("says which exclusion leaves a project out, unless another entry covers it", () => {
    const excluding = group(PLATFORM, 5, ["other/**", "platform/**"]);
    expect(targetsOf({ groups: [excluding] }).slice(1)).toEqual([
      "platform/team/api 7: excluded",
      "platform/web 7: excluded",
    ]);
    expect(targetsOf({ groups: [excluding], projects: [project(API, 2)] })).toContain(
      "platform/team/api 2: covered",
    );
    const team = { ...group(TEAM, 9), below: [API] };
    expect(targetsOf({ groups: [excluding, team] })).toContain("platform/team/api 9: covered");
  });

  it("is unsure of what two entries name, and of what an entry that could not be read may name", () => {
    expect(targetsOf({ projects: [project(WEB, 3), project(WEB, 4)] })).toEqual(["platform/web 4: unsure"]);
    expect(targetsOf({ groups: [group(PLATFORM, 5)], unread: [unread({})] })).toContain(
      "platform/web 5: unsure",
    );
  });
});

describe("mayBeAbout", () => {
  it.each<[string, Partial<UnreadEntry>, Target, boolean]>([
    [
      "the project of that path, however it is spelt",
      { target: { kind: "project", idOrPath: "Platform/Web" } },
      WEB,
      true,
    ],
    ["no project of another path", {}, API, false],
    ["the project of that id", { target: { kind: "project", idOrPath: 2 } }, WEB, true],
    ["no project of another id", { target: { kind: "project", idOrPath: 3 } }, WEB, false],
    ["the project that moved", { target: { kind: "project", idOrPath: "old" }, known: { id: 2 } }, WEB, true],
    ["no group with a project's path", {}, { ...PLATFORM, path: "platform/web" }, false],
    ["a project below", { target: { kind: "group", idOrPath: "platform" }, below: true }, WEB, true],
    [
      "no project below where it asks for none",
      { target: { kind: "group", idOrPath: "platform" } },
      WEB,
      false,
    ],
    ["no project elsewhere", { target: { kind: "group", idOrPath: "data" }, below: true }, WEB, false],
    [
      "any project where only an id is known",
      { target: { kind: "group", idOrPath: 7 }, below: true },
      WEB,
      true,
    ],
    ["no subgroup", { target: { kind: "group", idOrPath: "platform" }, below: true }, TEAM, false],
  ])("takes it for %s", (_, more, target, expected) => {
    expect(mayBeAbout(unread(more), target)).toBe(expected);
  });
});
