import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { hastyClock } from "./gitlab-clock.ts";
import {
  API,
  aGitLab,
  failureFrom,
  inTurn,
  json,
  PLATFORM,
  T0,
  tinyServer,
  tokenJson,
} from "./tiny-server.ts";

const some = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => ({ ...tokenJson, id: first + index }));

const page = (rows: unknown, next: string, more: Record<string, string> = {}): RequestListener =>
  json(200, rows, { "X-Next-Page": next, ...more });

const listed = async (...answers: RequestListener[]) => {
  const server = await tinyServer(inTurn(...answers));
  const listing = await aGitLab(server.url, { clock: hastyClock(() => T0) }).listTokens(API);
  return { ...listing, urls: server.received.map(({ url }) => url) };
};

const refused = async (...answers: RequestListener[]): Promise<Error> => {
  const server = await tinyServer(inTurn(...answers));
  return failureFrom(aGitLab(server.url).listTokens(API));
};

describe("listTokens", () => {
  test("reads every page, by X-Next-Page and never by Link", async () => {
    const link = { Link: '<http://127.0.0.1:9/api/v4/elsewhere?page=2>; rel="next"' };
    const { tokens, urls } = await listed(page(some(100), "2", link), page(some(7, 101), "", link));
    expect(tokens).toHaveLength(107);
    expect(urls).toEqual([
      "/api/v4/projects/42/deploy_tokens?page=1&per_page=100",
      "/api/v4/projects/42/deploy_tokens?page=2&per_page=100",
    ]);
  });

  test("asks a group for a group's tokens", async () => {
    const server = await tinyServer(page([], ""));
    expect((await aGitLab(server.url).listTokens(PLATFORM)).tokens).toEqual([]);
    expect(server.received[0]?.url).toBe("/api/v4/groups/7/deploy_tokens?page=1&per_page=100");
  });

  test("keeps revoked and expired tokens, and reads null as never", async () => {
    const { tokens } = await listed(
      page([{ ...tokenJson, revoked: true, expired: true, expires_at: null }], ""),
    );
    expect(tokens[0]).toMatchObject({ revoked: true, expiresAt: undefined });
  });

  test("reads an offset as the instant that it is", async () => {
    const { tokens } = await listed(
      page([{ ...tokenJson, expires_at: "2027-02-21T04:55:47.000+02:00" }], ""),
    );
    expect(tokens[0]?.expiresAt).toEqual(new Date("2027-02-21T02:55:47Z"));
  });

  test("reads a year of five digits, which people type, as an expiry far off", async () => {
    const { tokens } = await listed(page([{ ...tokenJson, expires_at: "20261-01-01T00:00:00.000Z" }], ""));
    expect(tokens[0]?.expiresAt?.getUTCFullYear()).toBe(9999);
  });

  test("counts a token once that two pages show", async () => {
    const { tokens } = await listed(page(some(100), "2"), page(some(3, 100), ""));
    expect(tokens).toHaveLength(102);
  });

  test("reads again when a deletion has let a token slip through between two pages", async () => {
    const { tokens, urls } = await listed(
      page(some(100), "2", { "X-Total": "103" }),
      // 50 is gone, so 101 has moved to the page that was read already.
      page(some(2, 102), "", { "X-Total": "102" }),
      page(some(100), "2", { "X-Total": "103" }),
      page(some(3, 101), "", { "X-Total": "103" }),
    );
    expect(tokens).toHaveLength(103);
    expect(urls).toHaveLength(4);
  });

  test("reads again when a creation hides such a deletion from the first page and the last", async () => {
    const { tokens, urls } = await listed(
      page(some(100), "2", { "X-Total": "203" }),
      // 50 is gone, so 101 has moved to the page that was read already; then 204 is created.
      page(some(100, 102), "3", { "X-Total": "202" }),
      page(some(3, 202), "", { "X-Total": "203" }),
      page(some(3), "", { "X-Total": "3" }),
    );
    expect(tokens).toHaveLength(3);
    expect(urls).toHaveLength(4);
  });

  test("gives up on a list that never adds up, after three readings", async () => {
    const server = await tinyServer(page(some(3), "", { "X-Total": "4" }));
    const error = await failureFrom(aGitLab(server.url).listTokens(API));
    expect(server.received).toHaveLength(3);
    expect(error).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID" });
    expect(error.message).toContain("of 4 tokens it lists 3");
  });

  test("takes a page that is not full for the last when a proxy has stripped the headers", async () => {
    expect((await listed(json(200, some(99)))).tokens).toHaveLength(99);
  });

  test.each<[string, RequestListener[]]>([
    ["a full page without X-Next-Page", [json(200, some(100))]],
    ["a next page that does not advance", [page(some(100), "2"), page(some(100, 101), "2")]],
    ["a next page that goes back", [page(some(100), "1")]],
    ["a next page that is no number", [page(some(100), "two")]],
    ["an object in place of the list", [page({ tokens: [] }, "")]],
    ["null in place of the list", [page(null, "")]],
    ["a token without a name", [page([{ ...tokenJson, name: undefined }], "")]],
    ["a token with an empty username", [page([{ ...tokenJson, username: "" }], "")]],
    ["a token that is revoked in words", [page([{ ...tokenJson, revoked: "false" }], "")]],
    ["a token without expires_at", [page([{ ...tokenJson, expires_at: undefined }], "")]],
    ["a token without revoked", [page([{ ...tokenJson, revoked: undefined }], "")]],
    ["an expiry that is a bare date", [page([{ ...tokenJson, expires_at: "2027-02-21" }], "")]],
    ["an empty page that names another", [page(some(100), "2"), page([], "3"), page([], "4")]],
    ["an id that is text", [page([{ ...tokenJson, id: "4711" }], "")]],
    ["an id of 0", [page([{ ...tokenJson, id: 0 }], "")]],
    ["scopes that are text", [page([{ ...tokenJson, scopes: "read_registry" }], "")]],
    [
      "HTML",
      [(_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html>Sign in</html>")],
    ],
    ["nothing at all", [(_, response) => response.writeHead(200).end()]],
    ["204", [(_, response) => response.writeHead(204).end()]],
  ])("refuses %s", async (_, answers) => {
    const error = await refused(...answers);
    expect(error).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID" });
    expect(error.message).toContain("GET /projects/{id}/deploy_tokens for project platform/api");
  });

  test("says where the answer is wrong, and not what stood there", async () => {
    const error = await refused(page([tokenJson, { ...tokenJson, name: { secret: "hunter2" } }], ""));
    expect(error.message).toContain("1.name: ");
    expect(error.message).not.toContain("hunter2");
  });

  test("measures our clock against GitLab's, and takes the page that was least delayed", async () => {
    const { clockSkew } = await listed(
      page(some(100), "2", { Date: "Mon, 23 Nov 2026 02:58:00 GMT" }),
      page([], "", { Date: "Mon, 23 Nov 2026 02:58:30 GMT", Age: "10" }),
    );
    expect(clockSkew).toBeGreaterThan(79_000);
    expect(clockSkew).toBeLessThanOrEqual(80_000);
  });

  test("has no opinion on the clocks when no answer is dated", async () => {
    const { clockSkew } = await listed((_, response) => {
      response.sendDate = false;
      page([], "")(_, response);
    });
    expect(clockSkew).toBeUndefined();
  });
});

describe("fetchTokens", () => {
  test("asks GitLab once, and reads what it has answered without asking again", async () => {
    const server = await tinyServer(inTurn(page(some(3), "", { "X-Total": "3" })));
    const read = await aGitLab(server.url).fetchTokens(API);
    expect((await read()).tokens).toHaveLength(3);
    expect(await read()).toMatchObject({ clockSkew: expect.any(Number) });
    expect(server.received).toHaveLength(1);
  });

  test("asks for all pages of a long list before it is read", async () => {
    const server = await tinyServer(inTurn(page(some(100), "2"), page(some(7, 101), "")));
    const read = await aGitLab(server.url).fetchTokens(API);
    expect(server.received).toHaveLength(2);
    expect((await read()).tokens).toHaveLength(107);
    expect(server.received).toHaveLength(2);
  });

  test("asks again when it is read and its total says that one has slipped through", async () => {
    const server = await tinyServer(
      inTurn(page(some(2), "", { "X-Total": "3" }), page(some(3), "", { "X-Total": "3" })),
    );
    const read = await aGitLab(server.url).fetchTokens(API);
    expect(server.received).toHaveLength(1);
    expect((await read()).tokens).toHaveLength(3);
  });

  test("throws what GitLab refuses at once, and what cannot be read when it is read", async () => {
    const denied = await tinyServer(json(403, { message: "403 Forbidden" }));
    expect(await failureFrom(aGitLab(denied.url).fetchTokens(API))).toMatchObject({ status: 403 });
    const deep = `${"[".repeat(1_000)}${"]".repeat(1_000)}`;
    for (const [body, problem] of [
      ['[{"id":', "not JSON"],
      [deep, "far too long"],
      ["[{}]", "0.id"],
    ] as const) {
      const odd = await tinyServer((_, response) => {
        response.writeHead(200, { "Content-Type": "application/json", "X-Next-Page": "" }).end(body);
      });
      const read = await aGitLab(odd.url).fetchTokens(API);
      const failure = await failureFrom(read());
      expect(failure).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID" });
      expect(failure.message).toContain(problem);
    }
  });
});
