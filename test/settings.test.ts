import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SettingsError } from "../src/model/errors.ts";
import { readSettings, type Settings } from "../src/settings.ts";

const TOKEN = "glpat-aBc_123.xyz";

const read = (env: Record<string, string | undefined>, files: Record<string, string> = {}): Settings =>
  readSettings(env, (path) => {
    const content = files[path];
    if (content !== undefined) return content;
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
  });

const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("the GitLab token", () => {
  test("comes from GITLAB_TOKEN", () => {
    expect(read({ GITLAB_TOKEN: TOKEN }).gitlabToken().reveal()).toBe(TOKEN);
  });

  test("comes from a file, without the line break at its end", () => {
    const settings = read(
      { GITLAB_TOKEN_FILE: "/run/secrets/gitlab" },
      { "/run/secrets/gitlab": `${TOKEN}\r\n` },
    );
    expect(settings.gitlabToken().reveal()).toBe(TOKEN);
  });

  test("is read again on each call, so that a daemon sees a replaced file", () => {
    const files = { "/token": "first" };
    const settings = read({ GITLAB_TOKEN_FILE: "/token" }, files);
    expect(settings.gitlabToken().reveal()).toBe("first");
    files["/token"] = "second";
    expect(settings.gitlabToken().reveal()).toBe("second");
  });

  test("is not needed before it is asked for", () => {
    const settings = read({ GITLAB_TOKEN_FILE: "/nowhere" });
    expect(messageOf(() => settings.gitlabToken())).toBe(
      "GITLAB_TOKEN_FILE: the file /nowhere cannot be read (ENOENT)",
    );
  });

  test("is asked for with what to do when there is none", () => {
    expect(messageOf(() => read({}).gitlabToken())).toBe(
      "no GitLab token: set GITLAB_TOKEN, or GITLAB_TOKEN_FILE to a file that holds it, to an access token with the scope api",
    );
  });

  test("from two places is refused, since one of them is stale", () => {
    expect(messageOf(() => read({ GITLAB_TOKEN: TOKEN, GITLAB_TOKEN_FILE: "/t" }).gitlabToken())).toContain(
      "both set",
    );
  });

  test("comes from the other place when one variable is empty", () => {
    const settings = read({ GITLAB_TOKEN: "", GITLAB_TOKEN_FILE: "/t" }, { "/t": TOKEN });
    expect(settings.gitlabToken().reveal()).toBe(TOKEN);
  });

  test.each([
    ["an empty variable", { GITLAB_TOKEN: " " }, "is set, but empty"],
    ["an empty file", { GITLAB_TOKEN_FILE: "/empty" }, "the file /empty is empty"],
  ])("is missed in %s", (_, env, message) => {
    expect(messageOf(() => read(env, { "/empty": "\n" }).gitlabToken())).toContain(message);
  });

  test.each([
    ["a space", "glpat-hidden value"],
    ["a line break", "glpat-hidden\nvalue"],
    ["a header of its own", "glpat-hidden\r\nX-Evil: value"],
    ["a character beyond ASCII", "glpat-hidden-välue"],
    ["a NUL", "glpat-hidden\0value"],
    ["a BOM in the middle", "glpat-hidden\ufeffvalue"],
  ])("with %s inside is refused, and not shown", (_, value) => {
    for (const env of [{ GITLAB_TOKEN: value }, { GITLAB_TOKEN_FILE: "/t" }]) {
      const message = messageOf(() => read(env, { "/t": value }).gitlabToken());
      expect(message).toContain("holds more than a token");
      expect(message).not.toMatch(/hidden|v.lue/);
    }
  });

  test.each(["glpat-hiddenvalue", "hiddenvalue"])(
    "put where its file's name belongs is not shown: %s",
    (value) => {
      expect(messageOf(() => read({ GITLAB_TOKEN_FILE: value }).gitlabToken())).not.toContain("hidden");
    },
  );

  test("does not print with the settings", () => {
    const settings = read({ GITLAB_TOKEN: TOKEN });
    expect(inspect(settings, { depth: 9, showHidden: true })).not.toContain(TOKEN);
    expect(`${JSON.stringify(settings)}${settings.gitlabToken()}`).not.toContain(TOKEN);
  });
});

describe("the other settings", () => {
  test("have defaults, and empty variables count as absent", () => {
    for (const value of [undefined, "", "  "]) {
      const names = ["GITLAB_BASE_URL", "ROTATION_POLICY", "LOG_LEVEL", "LOG_FORMAT", "HTTPS_PROXY"];
      expect(read(Object.fromEntries(names.map((name) => [name, value])))).toMatchObject({
        gitlabBaseUrl: undefined,
        policyFile: undefined,
        logLevel: "info",
        logFormat: undefined,
        proxies: { httpProxy: undefined, httpsProxy: undefined, noProxy: undefined },
      });
    }
  });

  test.each([
    ["https://gitlab.example.com", "https://gitlab.example.com"],
    ["https://gitlab.example.com/", "https://gitlab.example.com"],
    ["https://example.com:8443/gitlab//", "https://example.com:8443/gitlab"],
    ["https://gitlab.example.com/api/v4/", "https://gitlab.example.com"],
    ["https://example.com/gitlab/api/v4", "https://example.com/gitlab"],
  ])("take the URL %s as %s", (written, url) => {
    expect(read({ GITLAB_BASE_URL: written }).gitlabBaseUrl).toBe(url);
  });

  test.each([
    ["gitlab.example.com", "GITLAB_BASE_URL is no URL"],
    ["ftp://gitlab.example.com", "GITLAB_BASE_URL begins with ftp:"],
    ["https://me:hidden@gitlab.example.com", "GITLAB_BASE_URL holds credentials"],
    ["https://gitlab.example.com?private_token=hidden", "GITLAB_BASE_URL has a part after ? or #"],
  ])("refuse the URL %s", (written, message) => {
    const shown = messageOf(() => read({ GITLAB_BASE_URL: written }));
    expect(shown).toContain(message);
    expect(shown).not.toContain("hidden");
  });

  test("take proxies in either case, lower case first, with or without a scheme", () => {
    const env = {
      HTTP_PROXY: "http://upper:1",
      http_proxy: "lower:3128",
      HTTPS_PROXY: "http://s:2",
      no_proxy: "a,b",
    };
    expect(read(env).proxies).toEqual({ httpProxy: "lower:3128", httpsProxy: "http://s:2", noProxy: "a,b" });
  });

  test("refuse a proxy that no URL can be made of, without showing it", () => {
    const message = messageOf(() =>
      read({ HTTPS_PROXY: "socks5://me:hidden@proxy:1", HTTP_PROXY: "http://:hidden@" }),
    );
    expect(message).toBe(
      "HTTP_PROXY is no URL: expected http://host:port\nHTTPS_PROXY is no URL: expected http://host:port",
    );
  });

  test("report everything that is wrong at once, the token too where one is given", () => {
    const env = { GITLAB_BASE_URL: "x", LOG_LEVEL: "loud\u001b[2J", LOG_FORMAT: "xml", GITLAB_TOKEN: "a b" };
    expect(messageOf(() => read(env)).split("\n")).toEqual([
      "GITLAB_BASE_URL is no URL: expected a URL such as https://gitlab.example.com",
      'LOG_LEVEL is "loud\\u001b[2J": expected error, warn, info or debug',
      'LOG_FORMAT is "xml": expected json or text',
      expect.stringContaining("GITLAB_TOKEN holds more than a token"),
    ]);
  });

  test("say nothing about a token that is not there when something else is wrong", () => {
    expect(messageOf(() => read({ LOG_LEVEL: "loud" }))).not.toContain("token");
  });
});

describe("REDIS_URL", () => {
  test("is kept as a secret, since it may hold a password", () => {
    const url = read({ REDIS_URL: "rediss://:hunter2@redis.example.com:6380/1" }).redisUrl();
    expect(url?.reveal()).toBe("rediss://:hunter2@redis.example.com:6380/1");
    expect(inspect(url)).not.toContain("hunter2");
  });

  test("is not needed", () => {
    expect(read({}).redisUrl()).toBeUndefined();
    expect(read({ REDIS_URL: " " }).redisUrl()).toBeUndefined();
  });

  test.each([
    "hunter2",
    "http://:hunter2@r",
    "redis://:hunter2@r/x",
    "redis://:hunter2@r?a=b",
    "redis://:hunter2@r:6379/0 x",
  ])("that is wrong (%#) is refused and not repeated", (url) => {
    const message = messageOf(() => read({ REDIS_URL: url }).redisUrl());
    expect(message).toContain("REDIS_URL is wrong (not shown here), expected Redis's URL");
    expect(message).not.toContain("hunter2");
  });

  test("that is wrong is told beside what else is", () => {
    const message = messageOf(() => read({ REDIS_URL: "x", LOG_LEVEL: "loud" }));
    expect(message).toContain("LOG_LEVEL");
    expect(message).toContain("REDIS_URL");
  });
});
