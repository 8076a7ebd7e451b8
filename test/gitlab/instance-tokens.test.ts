import type { RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { GitLab, InstancePage } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/secret.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { aGitLab, failureFrom, json, tinyServer, tokenJson } from "./tiny-server.ts";

let simulator: GitLabSimulator | undefined;
afterEach(() => simulator?.close());

const pagesOf = async ({ instanceTokens }: Pick<GitLab, "instanceTokens">): Promise<InstancePage[]> => {
  const pages: InstancePage[] = [];
  for await (const page of instanceTokens()) pages.push(page);
  return pages;
};

const pageNumber = (url: string): number => Number(new URL(url, "http://gitlab").searchParams.get("page"));

/** `count` tokens, and headers as GitLab's: no totals above the limit. */
const estate =
  (count: number, countsUpTo = 10_000): RequestListener =>
  (request, response) => {
    const page = pageNumber(request.url ?? "");
    const ids = Array.from(
      { length: Math.max(0, Math.min(100, count - 100 * (page - 1))) },
      (_, index) => 100 * (page - 1) + index + 1,
    );
    const totals =
      count > countsUpTo ? {} : { "X-Total": `${count}`, "X-Total-Pages": `${Math.ceil(count / 100)}` };
    const next = page * 100 < count ? `${page + 1}` : "";
    json(
      200,
      ids.map((id) => ({ ...tokenJson, id })),
      { "X-Next-Page": next, ...totals },
    )(request, response);
  };

describe("mayListInstance", () => {
  test("is true for an administrator only, and asks for a single token", async () => {
    const started = await startGitLab();
    simulator = started;
    const clientOf = (admin: boolean) =>
      aGitLab(started.url, { token: new Secret(started.world.addPersonalAccessToken({ admin }).token) });
    expect(await clientOf(true).mayListInstance()).toBe(true);
    expect(await clientOf(false).mayListInstance()).toBe(false);
    const urls: string[] = [];
    const server = await tinyServer((request, response) => {
      urls.push(request.url ?? "");
      json(200, [], {})(request, response);
    });
    await aGitLab(server.url).mayListInstance();
    expect(urls).toEqual(["/api/v4/deploy_tokens?page=1&per_page=1"]);
  });

  test("throws where GitLab says neither", async () => {
    const server = await tinyServer(json(404, { message: "404 Not Found" }, {}));
    expect(await failureFrom(aGitLab(server.url).mayListInstance())).toMatchObject({ status: 404 });
  });
});

describe("instanceTokens", () => {
  test("shows an administrator every token, and nobody else any", async () => {
    const started = await startGitLab();
    simulator = started;
    started.world.addProject({ path: "platform/api" });
    for (let count = 0; count < 101; count += 1)
      started.world.addDeployToken(
        { kind: "project", path: "platform/api" },
        { name: `ci-${count}`, scopes: ["read_registry"] },
      );
    const clientOf = (admin: boolean) =>
      aGitLab(started.url, { token: new Secret(started.world.addPersonalAccessToken({ admin }).token) });
    const pages = await pagesOf(clientOf(true));
    expect(pages.map(({ tokens }) => tokens.length)).toEqual([100, 1]);
    expect(pages[0]).toMatchObject({ total: 101, clockSkew: expect.any(Number) });
    expect(await failureFrom(pagesOf(clientOf(false)))).toMatchObject({ status: 403 });
  });

  test("comes in the order of its pages, each asked for once, and none past the last where GitLab counts", async () => {
    const server = await tinyServer(estate(1_950));
    const pages = await pagesOf(aGitLab(server.url, { concurrency: 8 }));
    const ids = pages.flatMap(({ tokens }) => tokens.map(({ id }) => id));
    expect(ids).toEqual(Array.from({ length: 1_950 }, (_, index) => index + 1));
    expect(server.received.map(({ url }) => pageNumber(url)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test("is whole where GitLab does not count, at the price of eight empty pages at most", async () => {
    const server = await tinyServer(estate(1_950, 0));
    const pages = await pagesOf(aGitLab(server.url, { concurrency: 8 }));
    expect(pages.flatMap(({ tokens }) => tokens)).toHaveLength(1_950);
    expect(pages.every(({ total }) => total === undefined)).toBe(true);
    expect(server.received.length).toBeLessThanOrEqual(28);
  });

  test("asks for several pages at once, but for the first alone", async () => {
    let underWay = 0;
    let most = 0;
    const first: number[] = [];
    const answer = estate(5_000);
    const server = await tinyServer((request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (pageNumber(request.url ?? "") === 1) first.push(underWay);
      setTimeout(() => {
        underWay -= 1;
        answer(request, response);
      }, 20);
    });
    await pagesOf(aGitLab(server.url, { concurrency: 64 }));
    expect(first).toEqual([1]);
    expect(most).toBe(32);
  });

  test.each([5_000, 0])(
    "keeps at most 32 pages for a reader that is slow, where GitLab counts to %i",
    async (countsUpTo) => {
      const server = await tinyServer(estate(5_000, countsUpTo));
      let read = 0;
      for await (const _ of aGitLab(server.url, { concurrency: 8 }).instanceTokens()) {
        read += 1;
        if (read === 2) {
          await expect.poll(() => server.received.length).toBe(34);
          await sleep(50);
          expect(server.received).toHaveLength(34);
        }
        // By then the last page has come, and those that were under way beside it are empty.
        if (read === 40) await sleep(100);
      }
      expect(server.received.length).toBeLessThanOrEqual(58);
      expect(read).toBe(50);
    },
  );

  test("names the entry that cannot be read", async () => {
    const broken = [...Array.from({ length: 41 }, () => tokenJson), { ...tokenJson, name: 7 }];
    const server = await tinyServer(json(200, broken, { "X-Next-Page": "" }));
    const { message } = await failureFrom(pagesOf(aGitLab(server.url)));
    expect(message).toContain("41.name: ");
  });

  test.each([1, 3])("stops asking once nobody reads on, after page %i", async (pages) => {
    const answer = estate(100_000, 0);
    const server = await tinyServer(
      (request, response) => void setTimeout(() => answer(request, response), 20),
    );
    let read = 0;
    for await (const _ of aGitLab(server.url, { concurrency: 8 }).instanceTokens()) {
      read += 1;
      if (read === pages) break;
    }
    await sleep(300);
    // Those that were under way, and as many that were asked for as they came.
    expect(server.received.length).toBeLessThanOrEqual(pages === 1 ? 1 : 25);
  });

  test("fails where a page on the way does, whatever those asked for beside it answer", async () => {
    const answer = estate(1_950);
    const server = await tinyServer((request, response) =>
      pageNumber(request.url ?? "") === 4
        ? json(403, { message: "403 Forbidden" })(request, response)
        : answer(request, response),
    );
    expect(await failureFrom(pagesOf(aGitLab(server.url, { concurrency: 8 })))).toMatchObject({
      status: 403,
    });
  });
});
