import { spawn } from "node:child_process";
import { once } from "node:events";
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createLogger, type Logger, type LoggerOptions } from "../src/logger.ts";
import { GitLabError, PolicyError } from "../src/model/errors.ts";
import { Secret } from "../src/model/secret.ts";

const T0 = new Date("2026-11-23T03:00:00Z");

const written = async (
  act: (logger: Logger) => void,
  options: Partial<LoggerOptions> = {},
): Promise<string> => {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      setImmediate(done);
    },
  });
  const logger = await createLogger({ level: "info", format: "json", stream, now: () => T0, ...options });
  act(logger);
  await logger.close();
  return chunks.join("");
};

const entry = async (act: (logger: Logger) => void, options: Partial<LoggerOptions> = {}) =>
  JSON.parse(await written(act, options)) as Record<string, unknown>;

describe("the JSON log", () => {
  test("is one document a line: time, level, static message, fields", async () => {
    const text = await written((logger) => {
      logger.info("token rotated", { path: "platform/api", tokenId: 4711 });
      logger.warn("pass warning");
    });
    expect(text).toBe(
      '{"timestamp":"2026-11-23T03:00:00.000Z","level":"info","message":"token rotated","path":"platform/api","tokenId":4711}\n' +
        '{"timestamp":"2026-11-23T03:00:00.000Z","level":"warn","message":"pass warning"}\n',
    );
  });

  test.each([
    ["error", ["error"]],
    ["warn", ["error", "warn"]],
    ["info", ["error", "warn", "info"]],
    ["debug", ["error", "warn", "info", "debug"]],
  ] as const)("at level %s holds %j", async (level, shown) => {
    const text = await written(
      (logger) => {
        for (const at of ["error", "warn", "info", "debug"] as const) logger[at]("m");
      },
      { level },
    );
    const levels = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).level);
    expect(levels).toEqual(shown);
  });

  test("keeps a field that is called like one of ours", async () => {
    const fields = { message: "theirs", level: "theirs", timestamp: "theirs" };
    expect(await entry((logger) => logger.info("ours", fields))).toEqual({
      timestamp: T0.toISOString(),
      level: "info",
      message: "ours",
      message_: "theirs",
      level_: "theirs",
      timestamp_: "theirs",
    });
  });

  test("has an error's code, message, details and causes, and no stack", async () => {
    const reset = Object.assign(new Error("socket hang up"), {
      code: "ECONNRESET",
      request: { headers: "hidden" },
    });
    const error = new GitLabError("GitLab did not answer", {
      code: "ERR_GITLAB_UNAVAILABLE",
      route: "GET /projects/{id}",
      status: 502,
      outcome: "unknown",
      cause: reset,
    });
    expect((await entry((logger) => logger.error("failed", { error })))["error"]).toEqual({
      name: "GitLabError",
      code: "ERR_GITLAB_UNAVAILABLE",
      status: 502,
      route: "GET /projects/{id}",
      outcome: "unknown",
      message: "GitLab did not answer",
      cause: { name: "Error", code: "ECONNRESET", message: "socket hang up" },
    });
  });

  test("has every issue of an invalid policy", async () => {
    const issue = { file: "rotation.yaml", line: 1, column: 1, path: "", message: "m" };
    const fields = { error: new PolicyError([issue]) };
    expect(await entry((logger) => logger.error("refused", fields))).toMatchObject({
      error: { issues: [issue] },
    });
  });

  test("has the stack of a foreign error at level debug only, and of ours never", async () => {
    const foreign = new TypeError("x is not a function");
    const stackOf = async (error: Error, level: "debug" | "info") =>
      JSON.stringify(await entry((logger) => logger.error("bug", { error }), { level }));
    expect(await stackOf(foreign, "debug")).toContain("logger.test.ts");
    expect(await stackOf(foreign, "info")).not.toContain("logger.test.ts");
    expect(await stackOf(new PolicyError([]), "debug")).not.toContain("logger.test.ts");
  });

  test("survives cycles, getters that throw, and what JSON cannot say", async () => {
    const circular: Record<string, unknown> = { name: "loop" };
    circular["self"] = circular;
    const looped = new Error("looped");
    looped.cause = looped;
    const hostile = {
      get bad(): never {
        throw new Error("no");
      },
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const fields = {
      circular,
      looped,
      hostile,
      revoked: revoked.proxy,
      big: 10n,
      nan: Number.NaN,
      date: T0,
      invalid: new Date(Number.NaN),
      list: [new Set([1]), new Map([["k", undefined]])],
      bytes: Buffer.from("hidden"),
      call: () => 1,
      sign: Symbol("s"),
    };
    expect(await entry((logger) => logger.info("m", fields))).toMatchObject({
      circular: { name: "loop", self: "[circular]" },
      looped: { message: "looped", cause: "[circular]" },
      hostile: { bad: "[unreadable]" },
      revoked: "[unreadable]",
      big: "10",
      nan: "NaN",
      date: T0.toISOString(),
      invalid: "[invalid date]",
      list: [[1], {}],
      bytes: "[6 bytes]",
      sign: "Symbol(s)",
    });
  });

  test("cuts what is endless", async () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 50_000; level++) deep = { deep };
    const fields = { deep, long: "x".repeat(1_000_000), many: Array.from({ length: 100_000 }, () => 1) };
    const text = await written((logger) => logger.info("m", fields));
    expect(text.length).toBeLessThan(10_000);
    expect(text).toContain("[deep]");
    expect(text).toContain("(1000000 characters)");
    expect(text).toContain("[99900 more]");
  });

  test("shows hidden characters without changing what it means", async () => {
    const path = "a\u009b31m\u202e\u2028\u001b[2J\n";
    const text = await written((logger) => logger.info("m", { path }));
    expect(text.trim()).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text).path).toBe(path);
  });

  test.each(["json", "text"] as const)("as %s never holds a secret, wherever it stands", async (format) => {
    const secret = new Secret("gldt-hidden");
    const error = new Error("m", { cause: { secret } });
    const fields = { secret, nested: { list: [secret], map: new Map([["k", secret]]) }, error };
    const text = await written((logger) => logger.info("m", fields), { format });
    expect(text).toContain("[secret]");
    expect(text).not.toContain("hidden");
  });
});

describe("the text log", () => {
  test("is a line for people: time, level, message, fields, quoted where needed", async () => {
    const fields = { path: "platform/api", detail: "expires soon", tokenId: 4711, error: { code: "ERR_X" } };
    expect(await written((logger) => logger.warn("token to look at", fields), { format: "text" })).toBe(
      '2026-11-23T03:00:00.000Z warn  token to look at path=platform/api detail="expires soon" tokenId=4711 error={"code":"ERR_X"}\n',
    );
  });

  test("shows escape sequences and line breaks as what they are", async () => {
    const fields = { "k\u001b": "a\u001b[2J", other: "one\ntwo\u202e", c1: "a\u009bb" };
    const text = await written((logger) => logger.info("m\r", fields), { format: "text" });
    expect(text).toBe(
      '2026-11-23T03:00:00.000Z info  m\\u000d k\\u001b=a\\u001b[2J other="one\\ntwo\\u202e" c1=a\\u009bb\n',
    );
  });

  test("is coloured when asked, and not otherwise", async () => {
    const act = (logger: Logger): void => logger.error("m", { a: 1 });
    expect(await written(act, { format: "text", color: true })).toContain("\u001b[31merror\u001b[39m");
    expect(await written(act, { format: "text" })).not.toContain("\u001b");
  });
});

test("flush waits for a thousand lines and a slow stream", async () => {
  const text = await written((logger) => {
    for (let line = 0; line < 1_000; line++) logger.info("m", { line });
  });
  expect(text.split("\n")).toHaveLength(1_001);
});

const run = async (script: string, readers: "gone" | "there"): Promise<{ code: number; stdout: string }> => {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    cwd: new URL("..", import.meta.url),
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (readers === "gone") child.stderr.destroy();
  const chunks: string[] = [];
  child.stdout.on("data", (chunk) => chunks.push(String(chunk)));
  const [code] = await once(child, "close");
  return { code, stdout: chunks.join("") };
};

const LOGS = `
  const { createLogger } = await import("./src/logger.ts");
  const logger = await createLogger({ level: "info", format: "json", stream: process.stderr });
  for (let line = 0; line < 100; line++) {
    logger.info("m", { line });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await logger.close();
  console.log("finished");
`;

test("a reader of the log that has gone away does not end the process", async () => {
  expect(await run(LOGS, "gone")).toEqual({ code: 0, stdout: "finished\n" });
});

test("winston is not loaded before there is a logger", async () => {
  const script = `
    const { registerHooks } = await import("node:module");
    const seen = [];
    registerHooks({ resolve: (name, context, next) => { seen.push(name); return next(name, context); } });
    await import("./src/logger.ts");
    console.log(seen.includes("winston"), seen.includes("./src/logger.ts"));
  `;
  expect(await run(script, "there")).toEqual({ code: 0, stdout: "false true\n" });
});
