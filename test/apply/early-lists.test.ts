import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createEarlyLists } from "../../src/apply/early-lists.ts";
import { look } from "../../src/apply/look.ts";
import { GitLabError } from "../../src/model/errors.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { GitLab, ReadListing } from "../../src/model/ports.ts";
import type { Target } from "../../src/model/target.ts";
import { matched } from "../plan/builders.ts";
import { type Estate, policyFor, portsOf } from "./estate.ts";

const project = (id: number): Target => ({ kind: "project", id, path: `platform/${id}` });

/** Whose lists come when they are let. */
const held = (concurrency: number) => {
  const asked: number[] = [];
  const waiting: ((read: ReadListing) => void)[] = [];
  const fetchTokens = ({ id }: Target): Promise<ReadListing> => {
    asked.push(id);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const early = createEarlyLists({ fetchTokens }, concurrency);
  const answer = async (): Promise<void> => {
    waiting.shift()?.(async () => ({ tokens: [], clockSkew: 0 }));
    await turn();
  };
  return { early, asked, answer };
};

it("lists nothing before it may, and then as many targets at once as the policy allows, each once", async () => {
  const { early, asked, answer } = held(2);
  for (const id of [1, 2, 2, 3, 1]) early.found(project(id));
  expect(asked).toEqual([]);
  early.open();
  expect(asked).toEqual([1, 2]);
  await answer();
  expect(asked).toEqual([1, 2, 3]);
  early.found(project(3));
  early.found(project(4));
  await answer();
  expect(asked).toEqual([1, 2, 3, 4]);
});

it("lists ten times as many as at once, and no more", async () => {
  const { early, asked, answer } = held(2);
  early.open();
  for (let id = 1; id <= 30; id += 1) early.found(project(id));
  for (let id = 1; id <= 30; id += 1) await answer();
  expect(asked).toHaveLength(20);
});

it("gives away each list once, and none that it has not asked for", async () => {
  const { early, answer } = held(1);
  early.open();
  early.found(project(1));
  early.found(project(2));
  expect([early.take(project(2)), early.take(project(9))]).toEqual([undefined, undefined]);
  const list = early.take(project(1));
  await answer();
  expect([await (await list)?.(), early.take(project(1))]).toEqual([{ tokens: [], clockSkew: 0 }, undefined]);
});

it("lists nothing further once it is closed", async () => {
  const { early, asked, answer } = held(1);
  early.open();
  early.found(project(1));
  early.found(project(2));
  early.close();
  await answer();
  early.found(project(3));
  expect(asked).toEqual([1]);
});

it("keeps a failure for whoever takes the list, and breaks nothing where nobody does", async () => {
  const fetchTokens = () => Promise.reject(new Error("refused"));
  const early = createEarlyLists({ fetchTokens }, 1);
  early.open();
  early.found(project(1));
  early.found(project(2));
  await turn();
  await turn();
  await expect(early.take(project(1))).rejects.toThrow("refused");
});

const tokens = [matched({ pattern: "*", secret: "gitlab/{path}/{name}" })];
const position = { file: "rotation.yaml", line: 1, column: 1 };
const group: Target = { kind: "group", id: 7, path: "platform" };
const members = [1, 2, 3, 4].map(project);
const estate: Estate = { targets: members.map((target) => ({ target, tokens })), tokens: [], secrets: [] };

/** A group's projects, the last of which GitLab is slow to show. */
const belowGroup = (
  administrator: boolean,
  projects: Policy["groups"][number]["projects"],
  changes: Partial<GitLab> = {},
) => {
  const { ports, listed } = portsOf(estate, { administrator });
  let showLast = (): void => undefined;
  const shown = new Promise<void>((resolve) => {
    showLast = resolve;
  });
  const gitlab = {
    ...ports.gitlab,
    resolve: async () => group,
    async *projectsBelow() {
      yield* members.slice(0, -1);
      await shown;
      yield* members.slice(-1);
    },
    ...changes,
  };
  const target = { kind: "group", idOrPath: "platform" } as const;
  const policy: Policy = {
    ...policyFor(estate),
    projects: [],
    groups: [{ target, tokens: [], projects, position }],
  };
  return { looking: look({ ...ports, gitlab }, { policy }), listed, showLast: () => showLast() };
};

it("lists the projects of a group while others of it are still being found, and each of them once", async () => {
  const { looking, listed, showLast } = belowGroup(false, { exclude: [], tokens });
  for (let count = 0; count < 10; count += 1) await turn();
  expect(listed).toEqual([1, 2, 3]);
  showLast();
  await looking;
  expect(listed).toEqual([1, 2, 3, 4]);
});

it("lists no project on its own that the list of all tokens settles", async () => {
  const { looking, listed, showLast } = belowGroup(true, { exclude: [], tokens });
  for (let count = 0; count < 10; count += 1) await turn();
  showLast();
  await looking;
  expect(listed).toEqual([]);
});

it("lists no project that the group's entry leaves out, and none where it covers no tokens", async () => {
  const without = { exclude: [{ pattern: "platform/2", position }], tokens };
  for (const [projects, expected] of [
    [without, [1, 3]],
    [{ exclude: [], tokens: [] }, []],
  ] as const) {
    const { looking, listed, showLast } = belowGroup(false, projects);
    for (let count = 0; count < 10; count += 1) await turn();
    expect(listed).toEqual(expected);
    showLast();
    await looking;
  }
});

it("lists every project on its own where GitLab does not say whether all tokens can be listed", async () => {
  const down = { code: "ERR_GITLAB_UNAVAILABLE", route: "GET /deploy_tokens", outcome: "refused" } as const;
  const { looking, listed, showLast } = belowGroup(
    true,
    { exclude: [], tokens },
    { mayListInstance: () => Promise.reject(new GitLabError("down", down)) },
  );
  showLast();
  await looking;
  expect(listed.toSorted()).toEqual([1, 2, 3, 4]);
});
