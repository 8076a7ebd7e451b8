import type { RequestListener } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import type { Clock } from "../../src/model/clock.ts";
import { StoppedError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { hastyClock } from "./gitlab-clock.ts";
import {
  API,
  aGitLab,
  aRequest,
  failureFrom,
  inTurn,
  json,
  lastPage,
  PAT,
  socketServer,
  tinyServer,
  tokenJson,
} from "./tiny-server.ts";

const tokens = json(200, [tokenJson], lastPage);
const limited: RequestListener = (_, response) =>
  response.writeHead(429, { "Content-Type": "text/plain", "Retry-After": "30" }).end("Retry later\n");
const open = (): void => {};

describe("reading", () => {
  test.each<[string, RequestListener]>([
    ["a reset", (request) => request.socket.destroy()],
    ["500", json(500, { message: "500 Internal Server Error" })],
    ["502 in HTML", (_, response) => response.writeHead(502).end("<html>")],
    ["503", (_, response) => response.writeHead(503).end()],
    ["504", (_, response) => response.writeHead(504).end()],
    ["429 as text", limited],
    ["429 as JSON without Retry-After", json(429, { message: { error: "Try again later." } })],
  ])("goes on after %s", async (_, listener) => {
    const server = await tinyServer(inTurn(listener, listener, tokens));
    const listing = await aGitLab(server.url).listTokens(API);
    expect(listing.tokens).toHaveLength(1);
    expect(server.received).toHaveLength(3);
  });

  test("gives up after five attempts, each later than the last, and says what is wrong", async () => {
    const server = await tinyServer(json(503, { message: "glpat-0123456789abcdefghij" }));
    const clock = hastyClock();
    const error = await failureFrom(aGitLab(server.url, { clock }).listTokens(API));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", status: 503 });
    expect(error.message).toBe(
      "GitLab answered 503 to GET /projects/{id}/deploy_tokens for project platform/api. GitLab, or a proxy before it, is in trouble; the next pass tries again.",
    );
    expect(server.received).toHaveLength(5);
    for (const [attempt, longest] of [500, 1_000, 2_000, 4_000].entries()) {
      expect(clock.slept[attempt]).toBeLessThanOrEqual(longest);
      expect(clock.slept[attempt]).toBeGreaterThanOrEqual(longest / 2);
    }
    expect(clock.slept).toHaveLength(4);
  });

  test("waits for a random part of it, so that many clients do not come back at once", async () => {
    const clock = hastyClock();
    const server = await tinyServer(json(503, {}));
    vi.spyOn(Math, "random").mockReturnValue(0);
    await failureFrom(aGitLab(server.url, { clock }).listTokens(API));
    vi.restoreAllMocks();
    expect(clock.slept).toEqual([250, 500, 1_000, 2_000]);
  });

  test("waits as long as a 503 asks", async () => {
    const clock = hastyClock();
    const server = await tinyServer(inTurn(json(503, {}, { "Retry-After": "7" }), tokens));
    await aGitLab(server.url, { clock }).listTokens(API);
    expect(clock.slept).toEqual([7_000]);
  });

  test.each([400, 401, 403, 404])("does not ask again after %i", async (status) => {
    const server = await tinyServer(json(status, {}));
    await failureFrom(aGitLab(server.url).listTokens(API));
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ["speaks HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["hangs up", ""],
  ])("does not ask again when a TLS server is none and %s", async (_, said) => {
    let connections = 0;
    const url = await socketServer((socket) => {
      connections += 1;
      socket.once("data", () => socket.end(said));
    });
    const error = await failureFrom(aGitLab(url.replace("http:", "https:")).listTokens(API));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "refused" });
    expect(error.message).toContain("No trusted TLS connection to GitLab");
    expect(connections).toBe(1);
  });
});

describe("a 429", () => {
  test("holds everyone up, once and together", async () => {
    const { clock, waits, wake } = stoppedClock();
    const listener = inTurn(...Array.from({ length: 4 }, () => limited), tokens);
    const server = await tinyServer(listener);
    const gitlab = aGitLab(server.url, { clock, concurrency: 4 });
    const listings = Promise.all(Array.from({ length: 12 }, () => gitlab.listTokens(API)));
    await until(() => waits.length > 0 && server.received.length === 4);
    await settle();
    expect(server.received).toHaveLength(4);
    wake();
    expect(await listings).toHaveLength(12);
    expect(waits).toEqual([30_000]);
    expect(server.received).toHaveLength(4 + 12);
  });

  test("lets what it refused go first afterwards", async () => {
    const server = await tinyServer(inTurn(limited, tokens));
    const { clock, waits, wake } = stoppedClock();
    const gitlab = aGitLab(server.url, { clock, concurrency: 1 });
    const targets = [1, 2, 3].map((id) => ({ ...API, id }));
    const listings = Promise.all(targets.map((target) => gitlab.listTokens(target)));
    await until(() => waits.length > 0);
    await settle();
    wake();
    await listings;
    const asked = server.received.map(({ url }) => /projects\/(\d)/.exec(url)?.[1]);
    expect(asked).toEqual(["1", "1", "2", "3"]);
  });

  test("that names no time is waited out for longer than other trouble", async () => {
    const clock = hastyClock();
    const server = await tinyServer(inTurn(json(429, {}), tokens));
    await aGitLab(server.url, { clock }).listTokens(API);
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeGreaterThanOrEqual(5_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(10_000);
  });

  test("holds nobody up once the client is closed", async () => {
    const { clock: stopped, waits } = stoppedClock();
    const { sleep } = hastyClock();
    // Only the pause that holds everyone up can be broken off.
    const clock: Clock = { ...stopped, sleep: (wait, off) => (off ? stopped.sleep(wait, off) : sleep(wait)) };
    const { url } = await tinyServer(limited);
    const gitlab = createGitLab({
      url,
      token: new Secret(PAT),
      clock,
      requestsPerSecond: 100,
      concurrency: 1,
    });
    const failure = failureFrom(gitlab.listTokens(API));
    await until(() => waits.length > 0);
    await gitlab.close();
    expect(await failure).toMatchObject({ name: "GitLabError" });
  });
});

describe("an answer that nothing remains of the quota", () => {
  const now = new Date("2026-11-23T03:00:00Z");
  const empty = {
    Date: now.toUTCString(),
    "RateLimit-Remaining": "0",
    "RateLimit-Observed": "600",
    "RateLimit-Reset": String(now.getTime() / 1_000 + 40),
  };

  test("makes the next request wait until there is more", async () => {
    const server = await tinyServer(json(200, [tokenJson], { ...lastPage, ...empty }));
    const clock = { ...hastyClock(), monotonic: () => 0 };
    const gitlab = aGitLab(server.url, { clock });
    await gitlab.listTokens(API);
    expect(clock.slept).toEqual([]);
    await gitlab.listTokens(API);
    expect(clock.slept).toEqual([40_000]);
  });

  test("to a log-in with a new token is about another quota", async () => {
    const project = json(200, { id: 42, path_with_namespace: "platform/api", visibility: "private" });
    const server = await tinyServer((request, response) =>
      request.url?.startsWith("/api/v4/projects/42/packages")
        ? json(200, {}, empty)(request, response)
        : project(request, response),
    );
    const clock = { ...hastyClock(), monotonic: () => 0 };
    const gitlab = aGitLab(server.url, { clock });
    const token = { ...aRequest, id: 4711, scopes: ["read_package_registry"], revoked: false };
    await gitlab.verifyToken(API, token, { username: "x", value: new Secret("gldt-0123456789") });
    await gitlab.resolve({ kind: "project", idOrPath: 42 });
    expect(clock.slept).toEqual([]);
  });
});

describe("deleteToken", () => {
  test("asks the gate before every attempt and repeats what may pass", async () => {
    const server = await tinyServer(
      inTurn(json(409, {}), json(502, {}), (_, response) => response.writeHead(204).end()),
    );
    let asked = 0;
    await aGitLab(server.url).deleteToken(API, 4711, () => {
      expect(server.received).toHaveLength(asked);
      asked += 1;
    });
    expect(asked).toBe(3);
    expect(server.received[0]).toMatchObject({
      method: "DELETE",
      url: "/api/v4/projects/42/deploy_tokens/4711",
    });
  });

  test("counts a token that is gone as deleted: the answer to a deletion may have been lost", async () => {
    const server = await tinyServer(
      inTurn((request) => request.socket.destroy(), json(404, { message: "404 Not found" })),
    );
    await aGitLab(server.url).deleteToken(API, 4711, open);
    expect(server.received).toHaveLength(2);
  });

  test.each([
    { message: "404 Project Not Found" },
    { error: "404 Not Found" },
    { error: "404 Not found" },
    { message: "404 Not Found" },
    "<html>404 Not found</html>",
    {},
  ])("does not take another 404 for it: %j", async (body) => {
    const server = await tinyServer(json(404, body));
    const error = await failureFrom(aGitLab(server.url).deleteToken(API, 4711, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_NOT_FOUND", outcome: "refused" });
  });

  test.each([200, 202])("does not take a proxy's %i for it", async (status) => {
    const server = await tinyServer(json(status, {}));
    const error = await failureFrom(aGitLab(server.url).deleteToken(API, 4711, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID", outcome: "unknown", status });
  });

  test("sends nothing more once the gate has shut", async () => {
    const server = await tinyServer(json(502, {}));
    const stopped = new StoppedError("stopped");
    let asked = 0;
    const deletion = aGitLab(server.url).deleteToken(API, 4711, () => {
      asked += 1;
      if (asked === 3) throw stopped;
    });
    expect(await failureFrom(deletion)).toBe(stopped);
    expect(server.received).toHaveLength(2);
  });
});

describe("getToken", () => {
  test("finds it", async () => {
    const server = await tinyServer(json(200, tokenJson));
    expect(await aGitLab(server.url).getToken(API, 4711)).toMatchObject({ id: 4711, name: "registry-pull" });
  });

  test("is undefined only when GitLab says that the project is there and the token is not", async () => {
    const gone = await tinyServer(json(404, { message: "404 Not found" }));
    expect(await aGitLab(gone.url).getToken(API, 4711)).toBeUndefined();
    const hidden = await tinyServer(json(404, { message: "404 Project Not Found" }));
    expect(await failureFrom(aGitLab(hidden.url).getToken(API, 4711))).toMatchObject({
      code: "ERR_GITLAB_NOT_FOUND",
    });
  });

  test("does not take another token for it", async () => {
    const server = await tinyServer(json(200, { ...tokenJson, id: 5 }));
    expect(await failureFrom(aGitLab(server.url).getToken(API, 4711))).toMatchObject({
      code: "ERR_GITLAB_RESPONSE_INVALID",
    });
  });
});

/** Sleeps until it is woken. */
const stoppedClock = (): { clock: Clock; waits: number[]; wake: () => void } => {
  const waits: number[] = [];
  const sleepers: (() => void)[] = [];
  const clock: Clock = {
    now: () => new Date(),
    monotonic: () => 0,
    sleep: (duration, signal) => {
      waits.push(duration);
      return new Promise((resolve, reject) => {
        sleepers.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    },
  };
  return { clock, waits, wake: () => sleepers.shift()?.() };
};

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await settle();
};
