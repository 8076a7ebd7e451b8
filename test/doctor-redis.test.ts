import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorCheck } from "../src/model/doctor.ts";
import { judgeRedis, type RedisSight } from "../src/plan/doctor-redis.ts";
import { type CliWorld, startCliWorld } from "./fuzz/cli-world.ts";
import { hasRedis, REDIS_NEEDED, type RedisServer, startRedis } from "./support/redis.ts";

const POLICY = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
engine: { type: bullmq, name: doctors }
projects: [{ path: platform/api, tokens: [{ name: pull, scopes: [read_registry] }] }]
`;
const PASSWORD = "redis-password-of-the-test";

let world: CliWorld;
beforeEach(async () => {
  world = await startCliWorld();
  world.gitlab.world.addProject({ path: "platform/api" });
});
afterEach(() => world.close());

const redisChecks = async (env: Record<string, string>): Promise<readonly DoctorCheck[]> => {
  const said = await world.run(["doctor", "--json"], POLICY, { env });
  expect(said.stdout + said.stderr).not.toContain(PASSWORD);
  const { checks } = JSON.parse(said.stdout) as { readonly checks: readonly DoctorCheck[] };
  return checks.filter(({ check }) => check === "redis");
};

describe.skipIf(!hasRedis)(`doctor on a fleet's Redis${REDIS_NEEDED}`, () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis({ password: PASSWORD });
  });
  afterEach(() => redis.close());

  it("passes where it answers, and leaves nothing in it", async () => {
    const [check, ...others] = await redisChecks({ REDIS_URL: redis.url });
    expect(others).toEqual([]);
    expect(check).toMatchObject({ result: "pass", fix: null });
    expect(check?.message).toMatch(
      /^127\.0\.0\.1:\d+ \(Redis \d+\.\d+\.\d+\) answers and runs scripts; the fleet doctors has 0 replicas\.$/,
    );
    expect(await redis.client.keys("*")).toEqual([]);
  });

  it("warns of one that drops keys when it is full", async () => {
    await redis.client.config("SET", "maxmemory-policy", "allkeys-lru");
    const [check] = await redisChecks({ REDIS_URL: redis.url });
    expect(check).toMatchObject({ result: "warn", fix: "Set maxmemory-policy to noeviction." });
    expect(check?.message).toContain("maxmemory-policy allkeys-lru");
  });

  it("fails on a wrong password, which it does not show", async () => {
    const [check] = await redisChecks({ REDIS_URL: redis.url.replace(PASSWORD, "another") });
    expect(check).toMatchObject({ result: "fail" });
    expect(check?.message).toMatch(/^Redis refuses: WRONGPASS .*[^.]\.$/);
    expect(JSON.stringify(check)).not.toContain("another");
  });

  it("fails where the user may run no scripts", async () => {
    await redis.client.call("ACL", "SETUSER", "narrow", "on", ">secret-of-narrow", "~*", "+@all", "-eval");
    const url = redis.url.replace(`:${PASSWORD}`, "narrow:secret-of-narrow");
    const [check] = await redisChecks({ REDIS_URL: url });
    expect(check).toMatchObject({ result: "fail" });
    expect(check?.message).toContain("NOPERM");
  });

  it("passes where the user may not ask what Redis it is", async () => {
    await redis.client.call("ACL", "SETUSER", "narrow", "on", ">secret-of-narrow", "~*", "+@all", "-info");
    const url = redis.url.replace(`:${PASSWORD}`, "narrow:secret-of-narrow");
    const [check] = await redisChecks({ REDIS_URL: url });
    expect(check).toMatchObject({ result: "pass" });
  });

  it("fails where the user may not read what a fleet keeps there", async () => {
    await redis.client.call("ACL", "SETUSER", "narrow", "on", ">secret-of-narrow", "~other:*", "+@all");
    const url = redis.url.replace(`:${PASSWORD}`, "narrow:secret-of-narrow");
    const [check] = await redisChecks({ REDIS_URL: url });
    expect(check).toMatchObject({ result: "fail" });
    expect(check?.message).toContain("NOPERM");
  });

  it("fails on a copy, which takes no writes", async () => {
    await redis.client.call("REPLICAOF", "127.0.0.1", "1");
    const [check] = await redisChecks({ REDIS_URL: redis.url });
    expect(check).toMatchObject({ result: "fail" });
  });

  it("fails where nothing answers", async () => {
    await redis.stop();
    const [check] = await redisChecks({ REDIS_URL: redis.url });
    expect(check).toMatchObject({ result: "fail" });
    expect(check?.message).toContain("ECONNREFUSED");
  });
});

it("doctor shows no password that a server quotes which knows no AUTH", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.setEncoding("utf8").on("data", (text: string) => {
      for (const _ of text.matchAll(/^\*\d/gm))
        socket.write(`-ERR unknown command 'auth', with args beginning with: '${PASSWORD}' \r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [check] = await redisChecks({ REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${port}` });
  expect(check).toMatchObject({ result: "fail" });
  expect(check?.message).toContain("unknown command 'auth'");
  server.close();
});

it("doctor fails where nothing says where a fleet's Redis is", async () => {
  const [check] = await redisChecks({ REDIS_URL: "" });
  expect(check).toMatchObject({ result: "fail" });
  expect(check?.message).toContain("REDIS_URL");
});

describe("what is said of a fleet's Redis", () => {
  const sight = (over: Partial<RedisSight> = {}): RedisSight => ({
    version: "7.0.15",
    whenFull: "noeviction",
    isReplica: false,
    fleet: { name: "main", redis: "redis:6379", replicas: [], policyInForce: "a", policy: "a" },
    ...over,
  });
  const judged = (value: RedisSight) =>
    judgeRedis({ value }).map(({ result, message }) => ({ result, message }));

  it.each(["5.0.14", "6.0.20", "6.1.0"])("Redis %s is too old", (version) => {
    expect(judged(sight({ version }))).toEqual([
      { result: "fail", message: `redis:6379 is a Redis ${version}.` },
    ]);
  });

  it.each(["6.2.0", "7.0.15", "8.2.1", undefined])("Redis %s will do", (version) => {
    expect(judged(sight({ version })).map(({ result }) => result)).toEqual(["pass"]);
  });

  it("a fleet that works by another policy is named", () => {
    const { fleet } = sight();
    const [said] = judged(sight({ fleet: { ...fleet, policy: "b" } }));
    expect(said?.result).toBe("warn");
    expect(said?.message).toContain("works by another policy");
  });

  it("nobody lives, and no policy counts: this one will", () => {
    const { fleet } = sight();
    expect(judged(sight({ fleet: { ...fleet, policyInForce: undefined } }))[0]?.result).toBe("pass");
  });
});
