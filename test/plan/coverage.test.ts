import { describe, expect, it } from "vitest";
import type { TokenEntry } from "../../src/model/policy.ts";
import type { Target } from "../../src/model/target.ts";
import { coverTargets, type Resolved, type UnreadEntry } from "../../src/plan/coverage.ts";
import { matched } from "./builders.ts";

const API: Target = { kind: "project", id: 1, path: "platform/team/api" };
const WEB: Target = { kind: "project", id: 2, path: "platform/web" };
const PLATFORM: Target = { kind: "group", id: 10, path: "platform" };
const TEAM: Target = { kind: "group", id: 11, path: "platform/team" };
const position = { file: "rotation.yaml", line: 1, column: 1 };
const named = (pattern: string): readonly TokenEntry[] => [matched({ pattern })];

const group = (target: Target, below: readonly Target[]): Resolved["groups"][number] => ({
  entry: {
    target: { kind: "group", idOrPath: target.path },
    tokens: [],
    projects: { exclude: [], tokens: named(target.path) },
    position,
  },
  target,
  below,
});
const project = (target: Target): Resolved["projects"][number] => ({
  entry: { target: { kind: "project", idOrPath: target.path }, tokens: named("own"), position },
  target,
});
const unread = (target: UnreadEntry["target"], more: Partial<UnreadEntry> = {}): UnreadEntry => ({
  target,
  known: {},
  below: target.kind === "group",
  ...more,
});

/** `platform/web: own, platform`: which lists reach a target, the nearest first. */
const cover = (resolved: Partial<Resolved>): string[] =>
  coverTargets({ projects: [], groups: [], unread: [], ...resolved }).coverages.map(
    ({ target, lists }) =>
      `${target.path}: ${lists
        .flat()
        .map((entry) => (entry.kind === "match" ? entry.pattern : ""))
        .join(", ")}`,
  );

describe("coverTargets", () => {
  const groups = [group(PLATFORM, [API, WEB]), group(TEAM, [API])];

  it("puts a project's own entry first, then the nearest group's", () => {
    expect(cover({ projects: [project(API)], groups })).toEqual([
      "platform/team/api: own, platform/team, platform",
      "platform/web: platform",
    ]);
  });

  it.each<[string, UnreadEntry, string[]]>([
    [
      "a project by its path, however it is spelt",
      unread({ kind: "project", idOrPath: "Platform/Team/API" }),
      ["platform/web: platform"],
    ],
    ["a project by its id", unread({ kind: "project", idOrPath: 1 }), ["platform/web: platform"]],
    [
      "a project that has moved",
      unread({ kind: "project", idOrPath: "old/api" }, { known: { id: 1 } }),
      ["platform/web: platform"],
    ],
    [
      "a group between a project and the groups above it",
      unread({ kind: "group", idOrPath: "platform/team/sub" }),
      ["platform/team/api: platform/team, platform", "platform/web: platform"],
    ],
    [
      "a group of which only the id is known: it may be between any two",
      unread({ kind: "group", idOrPath: 77 }),
      [],
    ],
    [
      "a group that says nothing of projects below it",
      unread({ kind: "group", idOrPath: 77 }, { below: false }),
      ["platform/team/api: platform/team, platform", "platform/web: platform"],
    ],
    [
      "a group above all others",
      unread({ kind: "group", idOrPath: "platform" }),
      ["platform/team/api: platform/team, platform", "platform/web: platform"],
    ],
    [
      "a project elsewhere",
      unread({ kind: "project", idOrPath: "x/y" }),
      ["platform/team/api: platform/team, platform", "platform/web: platform"],
    ],
  ])("lets no broader entry decide where this could not be read: %s", (_, entry, expected) => {
    expect(cover({ groups, unread: [entry] })).toEqual(expected);
  });

  it("lets a farther group decide nothing below a nearer one that could not be read", () => {
    const entry = unread({ kind: "group", idOrPath: 11 }, { known: TEAM });
    expect(cover({ groups: [group(PLATFORM, [API, WEB])], unread: [entry] })).toEqual([
      "platform/web: platform",
    ]);
  });

  it("names what was left alone", () => {
    const entry = unread({ kind: "project", idOrPath: 1 });
    expect(coverTargets({ projects: [], groups, unread: [entry] }).leftAlone).toEqual([API]);
  });
});
