import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SettingsError } from "../../src/model/errors.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import { startPageServer } from "../support/overview/page-server.ts";
import { anEmptyOverview, aSampleOverview, NOW } from "../support/overview/sample.ts";
import { parseMetrics } from "../support/prometheus/parse.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startPageServer(aSampleOverview({ lineages: 120 }));
});
afterAll(() => server.close());

/** As fetch would not: with whatever Host. */
const ask = (path: string, headers: Record<string, string>, url = server.url): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(`${url}${path}`, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });

describe("the routes", () => {
  it.each([
    ["/", 200, "text/html"],
    ["/?q=%E0%A4%A&page=-1&state=%00&within=1e9", 200, "text/html"],
    ["/metrics", 200, "text/plain; version=0.0.4"],
    ["/healthz", 200, "text/plain"],
    ["/readyz", 200, "application/json"],
    ["/favicon.svg", 200, "image/svg+xml"],
    ["/../etc/passwd", 404, "text/plain"],
    ["/index.html", 404, "text/plain"],
  ])("%s answers %i as %s", async (path, status, type) => {
    const response = await fetch(`${server.url}${path}`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain(type);
    const head = await fetch(`${server.url}${path}`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([status, ""]);
  });

  it("lets Prometheus read the metrics", async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(parseMetrics(text).length).toBeGreaterThan(20);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("refuse %s", async (method) => {
    for (const path of ["/", "/metrics", "/nowhere"]) {
      const response = await fetch(`${server.url}${path}`, { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  it("are never cached, framed or sniffed, and run nothing from elsewhere", async () => {
    for (const path of ["/", "/metrics", "/nowhere", "/readyz"]) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("strict-transport-security")).toBeNull();
      expect(headers.get("content-security-policy")).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
    }
  });

  it("load themselves again only on request, and more often while a pass runs", async () => {
    const refresh = async (path: string, url = server.url) =>
      (await fetch(`${url}${path}`)).headers.get("refresh");
    expect([await refresh("/"), await refresh("/?refresh=1")]).toEqual([null, "60"]);
    const busy = await startPageServer(anEmptyOverview());
    expect(await refresh("/?refresh=1", busy.url)).toBe("5");
    await busy.close();
  });
});

describe("a Host that is not this machine", () => {
  it.each([
    ["localhost", 200],
    ["localhost:8080", 200],
    ["127.0.0.1:1", 200],
    ["127.1.2.3", 200],
    ["[::1]:9464", 200],
    ["LOCALHOST", 200],
    ["evil.example", 421],
    ["evil.example:9464", 421],
    ["127.0.0.1.evil.example", 421],
    ["localhost.evil.example", 421],
    ["10.0.0.1", 421],
    ["0.0.0.0", 421],
    ["[::2]", 421],
  ])("%s: %i", async (host, status) => {
    expect(await ask("/healthz", { host })).toBe(status);
  });

  it("is fine where the server listens for others", async () => {
    const open = await startServer({
      listen: { host: "0.0.0.0", port: 0 },
      overview: () => anEmptyOverview(),
      metrics: createMetrics(),
      clock: { now: () => NOW },
      onError: () => {},
    });
    const url = open.url.replace("0.0.0.0", "127.0.0.1");
    expect(await ask("/healthz", { host: "rotator.internal" }, url)).toBe(200);
    await open.close();
  });
});

describe("the server", () => {
  const start = (host: string, port: number) =>
    startServer({
      listen: { host, port },
      overview: anEmptyOverview,
      metrics: createMetrics(),
      clock: { now: () => NOW },
      onError: () => {},
    });

  it.each([
    [
      "a port that is taken",
      "127.0.0.1",
      () => Number(new URL(server.url).port),
      /EADDRINUSE.*another process/,
    ],
    ["an address that is not ours", "192.0.2.1", () => 0, /192\.0\.2\.1:0.*EADDRNOTAVAIL.*no such address/],
  ])("says what to do about %s", async (_, host, port, text) => {
    const error = await start(host, port()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SettingsError);
    expect(String(error)).toMatch(text);
  });

  it("ends although somebody keeps a connection open, and takes no more", async () => {
    const own = await start("127.0.0.1", 0);
    await fetch(`${own.url}/healthz`);
    await own.close();
    await expect(fetch(`${own.url}/healthz`)).rejects.toThrow();
  });

  it("tells of its own failures in the log, and nothing of them to whoever asked", async () => {
    const broken = await startPageServer(() => {
      throw new Error("glpat-hidden");
    });
    for (const path of ["/", "/readyz", "/metrics"]) {
      const response = await fetch(`${broken.url}${path}`);
      expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("hidden")]);
    }
    expect((await fetch(`${broken.url}/healthz`)).status).toBe(200);
    expect(broken.errors).toHaveLength(3);
    await broken.close();
  });
});
