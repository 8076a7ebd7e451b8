import { once } from "node:events";
import { type RequestListener, request } from "node:http";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import { milliseconds } from "../../src/model/duration.ts";
import { SettingsError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { hastyClock } from "./gitlab-clock.ts";
import {
  API,
  aGitLab,
  aRequest,
  failureFrom,
  json,
  lastPage,
  PAT,
  socketServer,
  tinyServer,
  tokenJson,
} from "./tiny-server.ts";

const short = milliseconds(50);
const long = milliseconds(20_000);
const tokens = json(200, [tokenJson], lastPage);

describe("a redirect", () => {
  test.each([301, 302, 307, 308])(
    "with %i to another host is not followed, so the access token stays here",
    async (status) => {
      const thief = await tinyServer(tokens);
      const gitlab = await tinyServer((_, response) =>
        response.writeHead(status, { Location: `${thief.url}/x` }).end(),
      );
      const error = await failureFrom(aGitLab(gitlab.url).listTokens(API));
      expect(error).toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID" });
      expect(error.message).toContain("redirect, which is never followed");
      expect(gitlab.received).toHaveLength(1);
      expect(thief.received).toEqual([]);
    },
  );

  test("of a project that moved is read and not followed either", async () => {
    const thief = await tinyServer(json(200, { id: 42, path_with_namespace: "a/b" }));
    const gitlab = await tinyServer((_, response) =>
      response.writeHead(301, { Location: `${thief.url}/api/v4/projects/42` }).end(),
    );
    const error = await failureFrom(aGitLab(gitlab.url).resolve({ kind: "project", idOrPath: "old/path" }));
    expect(error).toMatchObject({ code: "ERR_GITLAB_NOT_FOUND", status: 301 });
    expect(error.message).toBe("The project old/path has moved: use its new path or its id, 42.");
    expect(thief.received).toEqual([]);
  });
});

describe("time-outs", () => {
  // A creation is sent once, so each of these waits once.
  test("end a wait for the answer's first line", async () => {
    const server = await tinyServer(() => {});
    const gitlab = aGitLab(server.url, { timeouts: { connect: long, headers: short, body: long } });
    const error = await failureFrom(gitlab.createToken(API, aRequest, () => {}));
    expect(error.message).toContain("did not answer in time (UND_ERR_HEADERS_TIMEOUT)");
  });

  test("end a wait for the rest of the answer", async () => {
    const server = await tinyServer((_, response) => response.writeHead(201).write("{"));
    const gitlab = aGitLab(server.url, { timeouts: { connect: long, headers: long, body: short } });
    const error = await failureFrom(gitlab.createToken(API, aRequest, () => {}));
    expect(error.message).toContain("did not answer in time (UND_ERR_BODY_TIMEOUT)");
  });

  test("end an answer that trickles for ever, and its connection", async () => {
    let closed = 0;
    const server = await tinyServer((_, response) => {
      response.writeHead(200);
      const trickle = setInterval(() => response.write(" "), 10);
      response.on("close", () => {
        clearInterval(trickle);
        closed += 1;
      });
    });
    const timeouts = { connect: short, headers: short, body: short };
    const error = await failureFrom(aGitLab(server.url, { timeouts }).createToken(API, aRequest, () => {}));
    expect(error.message).toContain("GitLab did not answer in time");
    await vi.waitFor(() => expect(closed).toBe(1));
  });

  test("are not needed for an answer without end", async () => {
    const server = await tinyServer((_, response) => {
      response.writeHead(200);
      const flood = (): void => {
        while (!response.destroyed && response.write(" ".repeat(1 << 20)));
      };
      response.on("drain", flood);
      flood();
    });
    const error = await failureFrom(aGitLab(server.url).listTokens(API));
    expect(error.message).toContain("far too long");
  });
});

describe("an answer that a proxy has packed", () => {
  const packed =
    (body: Buffer): RequestListener =>
    (_, response) => {
      response.writeHead(200, { ...lastPage, "Content-Encoding": "gzip" }).end(body);
    };

  test("is unpacked", async () => {
    const server = await tinyServer(packed(gzipSync(JSON.stringify([tokenJson]))));
    expect((await aGitLab(server.url).listTokens(API)).tokens).toHaveLength(1);
    expect(server.received[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  test("and that would fill the memory is not", async () => {
    const server = await tinyServer(packed(gzipSync(Buffer.alloc(20 * 1024 * 1024, " "))));
    const error = await failureFrom(aGitLab(server.url).listTokens(API));
    expect(error.message).toContain("far too long");
    expect(server.received).toHaveLength(1);
  });

  test("and cannot be unpacked is asked for again, and its text not shown", async () => {
    const server = await tinyServer(packed(Buffer.from(PAT)));
    const error = await failureFrom(aGitLab(server.url).listTokens(API));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "unknown" });
    expect(inspect(error, { depth: 9 })).not.toContain(PAT);
  });
});

describe("connections", () => {
  test("are kept open for reading", async () => {
    const sockets = new Set<Socket>();
    const server = await tinyServer((request, response) => {
      sockets.add(request.socket);
      tokens(request, response);
    });
    const gitlab = aGitLab(server.url);
    for (let turn = 0; turn < 10; turn += 1) await gitlab.listTokens(API);
    // A connection may not be idle again by the time that the next request leaves.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("keep the relative root of the URL", async () => {
    const server = await tinyServer(tokens);
    await aGitLab(`${server.url}/gitlab`).listTokens(API);
    expect(server.received[0]?.url).toBe("/gitlab/api/v4/projects/42/deploy_tokens?page=1&per_page=100");
  });

  test("say who asks", async () => {
    const server = await tinyServer(tokens);
    await aGitLab(server.url).listTokens(API);
    expect(server.received[0]?.headers["user-agent"]).toBe("deploy-token-rotator");
  });

  test("are let go of at the end, idle ones and one that still waits for an answer", async () => {
    const sockets: Socket[] = [];
    const server = await tinyServer((request, response) => {
      sockets.push(request.socket);
      // So that neither side closes an idle connection by itself.
      if (request.method === "GET")
        json(200, [], { ...lastPage, "Keep-Alive": "timeout=600" })(request, response);
    });
    const gitlab = createGitLab({
      url: server.url,
      token: new Secret(PAT),
      clock: hastyClock(),
      requestsPerSecond: 1_000,
      concurrency: 8,
    });
    await gitlab.listTokens(API);
    const failure = failureFrom(gitlab.createToken(API, aRequest, () => {}));
    while (sockets.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = sockets.map((socket) => once(socket, "close"));
    await gitlab.close();
    expect(await failure).toMatchObject({ outcome: "unknown" });
    await Promise.all(closed);
  });

  test("are tried on ports that browsers must not ask: some people run GitLab on 10080", async () => {
    const error = await failureFrom(aGitLab("http://127.0.0.1:10080").createToken(API, aRequest, () => {}));
    expect(error.message).toContain("ECONNREFUSED");
  });
});

describe("an access token that cannot be sent", () => {
  test.each(["", "glpat-with a space", "glpat-with\nnewline", "glpat-ü"])(
    "is refused without being shown: %j",
    (value) => {
      expect(() => aGitLab("http://127.0.0.1", { token: new Secret(value) })).toThrow(SettingsError);
      expect(() => aGitLab("http://127.0.0.1", { token: new Secret(value) })).toThrow(
        /^GITLAB_TOKEN is empty or holds/,
      );
    },
  );
});

describe("a proxy", () => {
  test("carries every request to GitLab", async () => {
    const server = await tinyServer(tokens);
    const proxy = await aProxy();
    const { tokens: found } = await aGitLab(server.url, { proxies: { httpProxy: proxy.url } }).listTokens(
      API,
    );
    expect(found).toHaveLength(1);
    expect(proxy.asked).toEqual([new URL(server.url).host]);
  });

  test("is taken as host:port too", async () => {
    const server = await tinyServer(tokens);
    const proxy = await aProxy();
    const httpProxy = new URL(proxy.url).host;
    await aGitLab(server.url, { proxies: { httpProxy } }).listTokens(API);
    expect(proxy.asked).toEqual([new URL(server.url).host]);
  });

  test("is not asked for a host that NO_PROXY names", async () => {
    const server = await tinyServer(tokens);
    const proxy = await aProxy();
    await aGitLab(server.url, { proxies: { httpProxy: proxy.url, noProxy: "127.0.0.1" } }).listTokens(API);
    expect(proxy.asked).toEqual([]);
  });

  test("for https is not asked for http", async () => {
    const server = await tinyServer(tokens);
    const proxy = await aProxy();
    await aGitLab(server.url, { proxies: { httpsProxy: proxy.url } }).listTokens(API);
    expect(proxy.asked).toEqual([]);
  });

  test("in the environment is not asked unless main.ts passes it on", async () => {
    const server = await tinyServer(tokens);
    const proxy = await aProxy();
    process.env["http_proxy"] = proxy.url;
    try {
      await aGitLab(server.url, { proxies: { httpProxy: "", noProxy: "*" } }).listTokens(API);
      await aGitLab(server.url).listTokens(API);
    } finally {
      delete process.env["http_proxy"];
    }
    expect(proxy.asked).toEqual([]);
  });

  test("is asked whatever the environment says of others", async () => {
    const asked = { ours: 0, another: 0 };
    const refusing = (which: keyof typeof asked): Promise<string> =>
      socketServer((socket) => {
        asked[which] += 1;
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      });
    const httpsProxy = await refusing("ours");
    process.env["https_proxy"] = await refusing("another");
    process.env["no_proxy"] = "*";
    try {
      const gitlab = aGitLab("https://gitlab.invalid", { proxies: { httpsProxy } });
      await failureFrom(gitlab.createToken(API, aRequest, () => {}));
    } finally {
      delete process.env["https_proxy"];
      delete process.env["no_proxy"];
    }
    expect(asked).toEqual({ ours: 1, another: 0 });
  });

  test("that is no URL is refused without showing its password", () => {
    const proxies = { httpProxy: "http://user:hunter2@[nonsense" };
    expect(() => aGitLab("http://127.0.0.1", { proxies })).toThrow(SettingsError);
    expect(() => aGitLab("http://127.0.0.1", { proxies })).toThrow(/^(?!.*hunter2)/);
  });

  test("that refuses the tunnel has let nothing through", async () => {
    const proxy = await tinyServer((_, response) => response.writeHead(407).end());
    const gitlab = aGitLab("https://gitlab.invalid", { proxies: { httpsProxy: proxy.url } });
    const error = await failureFrom(gitlab.createToken(API, aRequest, () => {}));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "refused" });
    expect(error.message).not.toContain(PAT);
  });
});

interface Proxy {
  readonly url: string;
  readonly asked: string[];
}

/** Forwards plain HTTP. */
const aProxy = async (): Promise<Proxy> => {
  const asked: string[] = [];
  const { url } = await tinyServer((incoming, response) => {
    const { method, headers } = incoming;
    asked.push(new URL(incoming.url ?? "").host);
    request(incoming.url ?? "", { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    }).end();
  });
  return { url, asked };
};
