import { describe, expect, test } from "vitest";
import { placeOf, redisUrlOf, withPackages } from "../../src/fleet-settings.ts";
import { Secret } from "../../src/model/secret.ts";
import { readSettings } from "../../src/settings.ts";

const settings = (env: Record<string, string>) => readSettings(env, () => "");
const engine = (url?: string) => ({ type: "bullmq", url, name: "x" }) as const;

describe("where Redis is", () => {
  test("is said by REDIS_URL, else by the policy", () => {
    expect(redisUrlOf(settings({ REDIS_URL: "redis://a" }), engine("redis://b")).reveal()).toBe("redis://a");
    expect(redisUrlOf(settings({}), engine("redis://b")).reveal()).toBe("redis://b");
  });

  test("must be said somewhere", () => {
    expect(() => redisUrlOf(settings({}), engine())).toThrow("set REDIS_URL, or engine.url in the policy");
  });

  test.each([
    ["rediss://user:hunter2@redis.example.com:6380/2", "redis.example.com:6380/2"],
    ["redis://redis", "redis:6379"],
    ["redis://[::1]:7000/", "[::1]:7000"],
  ])("is shown without its password (%#)", (url, place) => {
    expect(placeOf(new Secret(url))).toBe(place);
  });
});

describe("the packages of the engine", () => {
  const missing = (message: string) => () =>
    Promise.reject(Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" }));

  test.each(["bullmq", "ioredis"])("are asked for by name where %s is not installed", async (name) => {
    await expect(
      withPackages(missing(`Cannot find package '${name}' imported from /app/x.js`)),
    ).rejects.toMatchObject({
      code: "ERR_SETTINGS_INVALID",
      message: expect.stringContaining("npm install bullmq ioredis"),
    });
  });

  test("are no excuse for another package that is missing", async () => {
    await expect(
      withPackages(missing("Cannot find package 'zod' imported from /app/x.js")),
    ).rejects.toMatchObject({
      code: "ERR_MODULE_NOT_FOUND",
    });
  });
});
