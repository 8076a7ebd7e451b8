import type { RequestListener } from "node:http";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { DeadlineError, GitLabError } from "../../src/model/errors.ts";
import { hastyClock } from "./gitlab-clock.ts";
import {
  API,
  aGitLab,
  aRequest,
  failureFrom,
  inTurn,
  json,
  PAT,
  PLATFORM,
  socketServer,
  tinyServer,
  tokenJson,
} from "./tiny-server.ts";

const VALUE = "gldt-abcdefghij0123456789";
const created = { ...tokenJson, token: VALUE };
const open = (): void => {};
const brief = { connect: milliseconds(50), headers: milliseconds(50), body: milliseconds(50) };

describe("createToken", () => {
  test("sends what was asked for and returns the value and GitLab's time", async () => {
    const server = await tinyServer(json(201, created, { Date: "Mon, 23 Nov 2026 03:00:07 GMT", Age: "2" }));
    const { token, value, answeredAt } = await aGitLab(server.url).createToken(API, aRequest, open);
    expect(token).toEqual({
      id: 4711,
      name: "registry-pull",
      username: "registry-pull",
      scopes: ["read_registry"],
      revoked: false,
      expiresAt: new Date("2027-02-21T02:55:47Z"),
    });
    expect(value.reveal()).toBe(VALUE);
    expect(answeredAt).toEqual(new Date("2026-11-23T03:00:09Z"));
    const [request] = server.received;
    expect(request).toMatchObject({ method: "POST", url: "/api/v4/projects/42/deploy_tokens" });
    expect(request!.headers["private-token"]).toBe(PAT);
    expect(JSON.parse(request!.body)).toEqual({
      name: "registry-pull",
      username: "registry-pull",
      scopes: ["read_registry"],
      expires_at: "2027-02-21T02:55:47.000Z",
    });
  });

  test("asks a group for a group's token", async () => {
    const server = await tinyServer(json(201, created));
    await aGitLab(server.url).createToken(PLATFORM, aRequest, open);
    expect(server.received[0]?.url).toBe("/api/v4/groups/7/deploy_tokens");
  });

  test.each([
    [400, { error: "scopes does not have a valid value" }, "ERR_GITLAB_INVALID"],
    [401, { message: "401 Unauthorized" }, "ERR_GITLAB_UNAUTHORIZED"],
    [403, { message: "403 Forbidden" }, "ERR_GITLAB_FORBIDDEN"],
    [404, { message: "404 Project Not Found" }, "ERR_GITLAB_NOT_FOUND"],
    [405, { message: "Non GET methods are not allowed for moved projects" }, "ERR_GITLAB_NOT_FOUND"],
    [409, { message: "409 Conflict: Resource lock" }, "ERR_GITLAB_UNAVAILABLE"],
    [422, {}, "ERR_GITLAB_INVALID"],
  ])("reads %i as a refusal and does not ask twice", async (status, body, code) => {
    const server = await tinyServer(json(status, body));
    const error = await failureFrom(aGitLab(server.url).createToken(API, aRequest, open));
    expect(error).toBeInstanceOf(GitLabError);
    expect(error).toMatchObject({
      code,
      outcome: "refused",
      status,
      route: "POST /projects/{id}/deploy_tokens",
    });
    expect(server.received).toHaveLength(1);
  });

  const unknown: readonly [string, RequestListener][] = [
    ["500", json(500, { message: "500 Internal Server Error" })],
    ["502 in HTML", (_, response) => response.writeHead(502).end("<html>")],
    ["503 with Retry-After", json(503, {}, { "Retry-After": "1" })],
    ["an empty 201", (_, response) => response.writeHead(201, { "Content-Length": "0" }).end()],
    ["a 201 without the value", json(201, tokenJson)],
    ["a 201 with an empty value", json(201, { ...tokenJson, token: "" })],
    ["a 201 without an id", json(201, { ...created, id: undefined })],
    ["a 201 with an id past what is exact", json(201, { ...created, id: 2 ** 53 })],
    ["a 201 with an impossible date", json(201, { ...created, expires_at: "2027-02-30T00:00:00Z" })],
    ["a 201 that is no JSON", (_, response) => response.writeHead(201).end(`{"token":"${VALUE}" oops`)],
    ["a 201 that is the value itself", (_, response) => response.writeHead(201).end(VALUE)],
    ["a 200", json(200, created)],
    ["a redirect", (_, response) => response.writeHead(302, { Location: "/elsewhere" }).end()],
    ["a reset", (request) => request.socket.destroy()],
    ["silence", () => {}],
    ["half a body, then silence", (_, response) => response.writeHead(201).write('{"id":')],
    [
      "half a body, then the end",
      (_, response) =>
        response.writeHead(201, { "Content-Length": "100" }).end('{"id":', () => response.destroy()),
    ],
  ];

  test.each(unknown)(
    "does not know what became of it after %s, and does not ask twice",
    async (_, listener) => {
      const server = await tinyServer(listener);
      const error = await failureFrom(
        aGitLab(server.url, { timeouts: brief }).createToken(API, aRequest, open),
      );
      expect(error).toMatchObject({ outcome: "unknown" });
      expect(server.received).toHaveLength(1);
      // Not a piece of it either: a parser's error quotes the first few characters.
      expect(inspect(error, { depth: 9 })).not.toContain(VALUE.slice(0, 8));
      expect(inspect(error, { depth: 9 })).not.toContain(PAT);
    },
  );

  test("opens one connection, even after a 421, for which fetch would open another", async () => {
    let connections = 0;
    const url = await socketServer((socket) => {
      connections += 1;
      socket.once("data", () => socket.end("HTTP/1.1 421 Misdirected\r\nContent-Length: 0\r\n\r\n"));
    });
    await failureFrom(aGitLab(url).createToken(API, aRequest, open));
    expect(connections).toBe(1);
  });

  test("knows that nothing left when nobody listens", async () => {
    const { url } = await tinyServer(json(201, created));
    const closed = new URL(url);
    closed.port = String(await unusedPort());
    const error = await failureFrom(aGitLab(closed.origin).createToken(API, aRequest, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "refused" });
    expect(error.message).toContain("GitLab cannot be reached (ECONNREFUSED)");
  });

  test("knows that nothing left when the host has no address", async () => {
    const error = await failureFrom(aGitLab("http://gitlab.invalid").createToken(API, aRequest, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "refused" });
  });

  test("knows that nothing left when the connection is never made", async () => {
    const url = (await socketServer(() => {})).replace("http:", "https:");
    const timeouts = { connect: milliseconds(50) };
    const error = await failureFrom(aGitLab(url, { timeouts }).createToken(API, aRequest, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "refused" });
    expect(error.message).toContain("UND_ERR_CONNECT_TIMEOUT");
    expect(inspect(error, { depth: 9 })).toContain("timeout: 50ms");
  });

  test("asks again after a 429, and the gate before each", async () => {
    const server = await tinyServer(
      inTurn(
        (_, response) =>
          response.writeHead(429, { "Retry-After": "2", "Content-Type": "text/plain" }).end("Retry later\n"),
        json(429, { message: { error: "Try again later." } }),
        json(201, created),
      ),
    );
    const clock = { ...hastyClock(), monotonic: () => 0 };
    let asked = 0;
    const { token } = await aGitLab(server.url, { clock }).createToken(API, aRequest, () => {
      expect(server.received).toHaveLength(asked);
      asked += 1;
    });
    expect(token.id).toBe(4711);
    expect(asked).toBe(3);
    expect(clock.slept[0]).toBe(2_000);
    expect(server.received).toHaveLength(3);
  });

  test("gives up on a 429 that does not end: surely not carried out", async () => {
    const server = await tinyServer(json(429, {}));
    const error = await failureFrom(aGitLab(server.url).createToken(API, aRequest, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_RATE_LIMITED", outcome: "refused" });
    expect(server.received).toHaveLength(5);
  });

  test("sends nothing once the gate has shut, and throws what the gate threw", async () => {
    const server = await tinyServer(json(429, {}, { "Retry-After": "1" }));
    const shut = new DeadlineError("the deadline has passed");
    let asked = 0;
    const creation = aGitLab(server.url).createToken(API, aRequest, () => {
      asked += 1;
      if (asked === 2) throw shut;
    });
    expect(await failureFrom(creation)).toBe(shut);
    expect(server.received).toHaveLength(1);
  });

  test("takes a connection of its own, which no server can have closed meanwhile", async () => {
    const server = await tinyServer(json(201, created));
    const gitlab = aGitLab(server.url);
    await gitlab.createToken(API, aRequest, open);
    await gitlab.createToken(API, aRequest, open);
    expect(server.received.map(({ headers }) => headers.connection)).toEqual(["close", "close"]);
  });
});

const unusedPort = async (): Promise<number> => {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};
