import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { atTheEnd, inTurn, socketServer, tinyServer } from "../gitlab/tiny-server.ts";
import { aLineage, aRotation, aStatus, fine } from "../report/digest-world.ts";
import { aNotifier, policyWith } from "./world.ts";

const SLACK = "[{ type: slack, url_env: URL }]";
const PATH = "/services/T000/B000/verysecretwebhook";
const bad = aStatus([aLineage()]);
const good = aStatus([fine()]);
const nothing = { actions: [] };

const ok: RequestListener = (_, response) => void response.end("ok");
const status =
  (code: number, headers: Record<string, string> = {}, body = ""): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end(body);
const silent: RequestListener = () => {};

const texts = (received: readonly { readonly body: string }[]): string[] =>
  received.map(({ body }) => JSON.parse(body).text.split("\n")[0]);

describe("a digest over HTTP", () => {
  test("arrives once the pass has ended, and says so in one line", async () => {
    const { url, received } = await tinyServer(ok);
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: `${url}${PATH}` } });
    notifier.passEnded(bad, nothing);
    await notifier.close();
    expect(received).toMatchObject([{ method: "POST", url: PATH }]);
    expect(texts(received)).toEqual(["*deploy-token-rotator: 1 needs someone (1 new)*"]);
    expect(logger.lines.map(({ message }) => message)).toEqual(["notification sent"]);
  });

  test.each<[string, RequestListener, number, RegExp]>([
    ["500", status(500), 3, /answered 500$/],
    ["429", status(429, { "Retry-After": "7" }), 3, /answered 429/],
    ["404 with a reason", status(404, {}, "no_service"), 1, /answered 404 \(no_service\)/],
    ["400 that repeats the URL", status(400, {}, `bad ${PATH}`), 1, /answered 400/],
    ["a redirect", status(307, { Location: "/elsewhere" }), 1, /307, a redirect/],
    ["no answer", silent, 3, /did not answer in time|no answer within/],
    [
      "an endless page of a 503",
      (_, response) => {
        response.writeHead(503);
        const drip = setInterval(() => response.write("x".repeat(10_000)), 1);
        response.on("close", () => clearInterval(drip));
      },
      3,
      /answered 503/,
    ],
    ["a reset", (request) => void request.socket.destroy(), 3, /broke the connection/],
  ])(
    "that meets %s is one line in the log, without the URL's path",
    async (_, listener, attempts, message) => {
      const { url, received } = await tinyServer(listener);
      const { notifier, logger } = aNotifier(SLACK, { env: { URL: `${url}${PATH}` } });
      notifier.passEnded(bad, nothing);
      const line = await logger.logged("notification failed");
      expect(line).toMatchObject({
        level: "warn",
        fields: { receiver: "slack", error: { message: expect.stringMatching(message) } },
      });
      expect(received).toHaveLength(attempts);
      expect(received.every((each) => each.url === PATH)).toBe(true);
      expect(logger.lines).toHaveLength(1);
      expect(JSON.stringify(logger.lines)).not.toContain("verysecret");
    },
  );

  test("counts as arrived although the answer's body never ends", async () => {
    const { url } = await tinyServer((_, response) => void response.writeHead(200).write("o"));
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: url } });
    notifier.passEnded(bad, nothing);
    await logger.logged("notification sent");
  });

  test("is sent again after 429 when the receiver asks for it, with the same delivery id", async () => {
    const { url, received } = await tinyServer(inTurn(status(429, { "Retry-After": "7" }), status(503), ok));
    const { notifier, logger, clock } = aNotifier("[{ type: webhook, url_env: URL }]", { env: { URL: url } });
    notifier.passEnded(bad, nothing);
    await logger.logged("notification sent");
    expect(clock.slept[0]).toBe(7_000);
    expect(clock.slept[1]).toBeGreaterThanOrEqual(2_000);
    const ids = received.map(({ headers }) => headers["x-deploy-token-rotator-delivery"]);
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  });

  test("that nobody listens to does not keep a pass, and close ends it", async () => {
    const { url } = await tinyServer(silent);
    const { notifier, logger } = aNotifier(SLACK, {
      env: { URL: url },
      timing: { deadline: milliseconds(60_000), patience: milliseconds(50) },
    });
    notifier.passEnded(bad, nothing);
    await notifier.close();
    expect(logger.lines).toMatchObject([
      {
        message: "notification failed",
        fields: { error: { message: expect.stringContaining("process ends") } },
      },
    ]);
  });

  test.each([
    ["a port that nobody listens on", async () => "http://127.0.0.1:9", /cannot be reached.*ECONNREFUSED/],
    [
      "what speaks no HTTP",
      () => socketServer((socket) => void socket.end("SSH-2.0\r\n")),
      /cannot be reached/,
    ],
    ["no URL", async () => "verysecretwebhook", /should be its URL is none/],
    ["another scheme", async () => "file:///verysecretwebhook", /should be its URL is none/],
  ])("to %s fails in words", async (_, urlOf, message) => {
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: await urlOf() } });
    notifier.passEnded(bad, nothing);
    const line = await logger.logged("notification failed");
    expect(line.fields).toMatchObject({ error: { message: expect.stringMatching(message) } });
    expect(JSON.stringify(logger.lines)).not.toContain("verysecret");
  });

  test("goes through the proxy, and not where NO_PROXY says", async () => {
    const proxy = await tinyServer(ok);
    const direct = await tinyServer(ok);
    const env = { URL: "http://hooks.invalid/x", HTTP_PROXY: proxy.url };
    const one = aNotifier(SLACK, { env });
    one.notifier.passEnded(bad, nothing);
    await one.notifier.close();
    const other = aNotifier(SLACK, { env: { ...env, URL: direct.url, NO_PROXY: "127.0.0.1" } });
    other.notifier.passEnded(bad, nothing);
    await other.notifier.close();
    expect(direct.received).toHaveLength(1);
    expect(one.logger.lines.concat(other.logger.lines).map(({ message }) => message)).toContain(
      "notification sent",
    );
    expect(proxy.received.length).toBe(1);
  });

  test("authenticates with the credentials in its URL, and shows them to nobody", async () => {
    const { url, received } = await tinyServer(status(401));
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: url.replace("//", "//bot:verysecret@") } });
    notifier.passEnded(bad, nothing);
    await logger.logged("notification failed");
    expect(received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from("bot:verysecret").toString("base64")}`,
    );
    expect(JSON.stringify(logger.lines)).not.toContain("verysecret");
  });
});

describe("the notifier", () => {
  test("tells what did not arrive with the next pass, and nothing of what is over by then", async () => {
    const { url, received } = await tinyServer(inTurn(status(400), status(400), ok));
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: url } });
    const pass = async (report: typeof bad, lines: number) => {
      notifier.passEnded(report, nothing);
      await expect.poll(() => logger.lines.length).toBe(lines);
    };
    await pass(bad, 1);
    await pass(bad, 2);
    await pass(bad, 3);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      "notification failed",
      "notification failed",
      "notification sent",
    ]);
    await pass(good, 4);
    expect(texts(received).at(-1)).toBe("*deploy-token-rotator: 1 fine again*");
  });

  test("keeps one digest on its way, and of those behind it the newest, with all that was done", async () => {
    const release: (() => void)[] = [];
    const { url, received } = await tinyServer((_, response) => void release.push(() => response.end("ok")));
    const { notifier } = aNotifier("[{ type: slack, url_env: URL, min_severity: info }]", {
      env: { URL: url },
      timing: { deadline: milliseconds(20_000) },
    });
    notifier.passEnded(bad, nothing);
    await expect.poll(() => received.length).toBe(1);
    notifier.passEnded(bad, { actions: [aRotation()] });
    notifier.passEnded(bad, { actions: [aRotation()] });
    notifier.passEnded(good, nothing);
    release[0]?.();
    await expect.poll(() => received.length).toBe(2);
    release[1]?.();
    await notifier.close();
    expect(texts(received)).toEqual([
      "*deploy-token-rotator: 1 needs someone (1 new)*",
      "*deploy-token-rotator: 1 fine again, 2 tokens rotated*",
    ]);
  });

  test("tells what was done with the next digest where the one before did not arrive", async () => {
    const { url, received } = await tinyServer(inTurn(status(400), ok));
    const { notifier, logger } = aNotifier("[{ type: slack, url_env: URL, min_severity: info }]", {
      env: { URL: url },
    });
    notifier.passEnded(good, { actions: [aRotation()] });
    await logger.logged("notification failed");
    notifier.passEnded(good, { actions: [aRotation()] });
    await logger.logged("notification sent");
    notifier.passEnded(good, nothing);
    await notifier.close();
    expect(texts(received)).toEqual([
      "*deploy-token-rotator: 1 token rotated*",
      "*deploy-token-rotator: 2 tokens rotated*",
    ]);
  });

  test("says at its start which receiver cannot be used", async () => {
    const { logger } = aNotifier(
      "[{ type: slack, url_env: NOT_SET }, { type: webhook, url_file: gone }, { type: webhook, name: x, url: https://x.example.com, secret_env: NO_SECRET }]",
    );
    await expect.poll(() => logger.lines.length).toBe(3);
    expect(logger.lines.map(({ fields }) => (fields["error"] as Error).message).sort()).toEqual([
      "the environment variable NOT_SET, which the policy names, is not set",
      "the environment variable NO_SECRET, which the policy names, is not set",
      "the file gone, which the policy names, cannot be read (ENOENT)",
    ]);
  });

  test("reads the URL's file beside the policy for each digest", async () => {
    const [one, other] = [await tinyServer(ok), await tinyServer(ok)];
    const files: Record<string, string> = { "/etc/rotator/url": `${one.url}\n` };
    const { notifier } = aNotifier("[{ type: slack, url_file: url }]", { files });
    notifier.passEnded(bad, nothing);
    await expect.poll(() => one.received.length).toBe(1);
    files["/etc/rotator/url"] = other.url;
    notifier.passEnded(good, nothing);
    await expect.poll(() => other.received.length).toBe(1);
  });

  test("goes on from what was told when the policy changes, with the receivers of the new one", async () => {
    const { url, received } = await tinyServer(ok);
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: url } });
    notifier.passEnded(bad, nothing);
    await logger.logged("notification sent");
    notifier.reconfigure(policyWith("[{ type: slack, url_env: URL }, { type: webhook, url_env: URL }]"));
    notifier.passEnded(bad, nothing);
    await notifier.close();
    expect(received.map(({ body }) => JSON.parse(body).version)).toEqual([undefined, 1]);
  });

  test("lets what is on its way to the old policy's receivers arrive", async () => {
    let answer = (): void => {};
    const { url, received } = await tinyServer((_, response) => {
      answer = () => response.end("ok");
    });
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: url } });
    notifier.passEnded(bad, nothing);
    await expect.poll(() => received.length).toBe(1);
    notifier.reconfigure(policyWith("[]"));
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    await notifier.close();
    expect(logger.lines.map(({ message }) => message)).toEqual(["notification sent"]);
  });

  test("that has no receiver loads nothing and does nothing", async () => {
    const { notifier, logger } = aNotifier("[]");
    notifier.passEnded(bad, nothing);
    notifier.passFailed(new Error("x"));
    await notifier.close();
    expect(logger.lines).toEqual([]);
  });
});

describe("the memory's file", () => {
  const aFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "rotator-told-"));
    atTheEnd(async () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };

  test("keeps the next process from saying it again, and lets it say that all is fine", async () => {
    const { url, received } = await tinyServer(ok);
    const folder = aFolder();
    const memoryFile = join(folder, "told.json");
    for (const report of [bad, bad, good, good]) {
      const { notifier } = aNotifier(SLACK, { env: { URL: url }, memoryFile });
      notifier.passEnded(report, nothing);
      await notifier.close();
    }
    expect(texts(received)).toEqual([
      "*deploy-token-rotator: 1 needs someone (1 new)*",
      "*deploy-token-rotator: 1 fine again*",
    ]);
    expect(statSync(memoryFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["told.json"]);
    expect(readFileSync(memoryFile, "utf8")).not.toContain(url);
  });

  test.each([
    ["broken", (file: string) => writeFileSync(file, "{"), "notification memory unreadable, starting afresh"],
    ["in no folder", () => undefined, "notification memory not written"],
  ])("that is %s costs a log line only", async (name, prepare, message) => {
    const { url, received } = await tinyServer(ok);
    const memoryFile =
      name === "broken" ? join(aFolder(), "told.json") : join(aFolder(), "none", "told.json");
    prepare(memoryFile);
    const { notifier, logger } = aNotifier(SLACK, { env: { URL: url }, memoryFile });
    notifier.passEnded(bad, nothing);
    await notifier.close();
    expect(received).toHaveLength(1);
    expect(logger.lines.map((line) => line.message)).toContain(message);
  });
});
