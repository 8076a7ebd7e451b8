import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createArchive } from "../../src/fleet/archive.ts";
import { leaksIn } from "../chaos/leaks.ts";
import { runProgram } from "../support/program.ts";
import { dumpRedis, hasRedis, REDIS_NEEDED } from "../support/redis.ts";
import { startProxy } from "../support/tcp-proxy.ts";
import { type FleetWorld, type Line, message, type ReplicaProcess, startFleetWorld } from "./fleet-world.ts";

const NAME = "test-fleet";
const PREFIX = `rotator{${NAME}}`;
const FAST = { beat: 200, liveFor: 2_000, lock: 1_000, stalled: 400, passLiveFor: 3_000 };
const NEVER = "0 0 1 1 *";
const EACH_SECOND = "* * * * * *";

const policyText = (options: { cron?: string; more?: string; overlap?: string } = {}): string => `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
schedule: { cron: "${options.cron ?? NEVER}" }
engine: { type: bullmq, name: ${NAME} }
limits: { gitlab_requests_per_second: 1000, max_rotations: 1000 }
server: { listen: 127.0.0.1:0 }
groups:
  - path: platform
    projects:
      tokens:
        - { name: pull, scopes: [read_repository], overlap: ${options.overlap ?? "24h"} }
${options.more ?? ""}`;

const passesOf = async (world: FleetWorld) => createArchive(world.redis.client, PREFIX).passes();

describe.skipIf(!hasRedis)(`a fleet${REDIS_NEEDED}`, { timeout: 300_000 }, () => {
  let world: FleetWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const open = async (policy: string, projects: number): Promise<FleetWorld> => {
    world = await startFleetWorld(policy);
    world.gitlab.world.addGroup({ path: "platform" });
    for (let index = 0; index < projects; index += 1)
      world.gitlab.world.addProject({ path: `platform/p${index}` });
    return world;
  };
  const livesWith = (one: ReplicaProcess, replicas: number): Promise<Line> =>
    one.logged((line) => line.message === "policy in force" && Number(line["replicas"]) >= replicas);
  const page = async (one: ReplicaProcess, path: string): Promise<string> => {
    const { url } = await one.logged(message("server listening"));
    return (await fetch(`${url}${path}`)).text();
  };
  const stop = async (one: ReplicaProcess): Promise<number | null> => {
    one.process.kill("SIGTERM");
    return one.ended;
  };

  test("makes one pass at its start, shared by all, shown by all, told once; and no secret is in Redis", async () => {
    const digests: string[] = [];
    const hook = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        digests.push(body);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => hook.once("listening", resolve));
    const address = hook.address();
    const port = typeof address === "object" ? address?.port : 0;
    const fleet = await open(
      policyText({
        more: `notify: [{ type: webhook, url: "http://127.0.0.1:${port}/", min_severity: info }]`,
      }),
      60,
    );
    const all = [1, 2, 3].map(() => fleet.replica({ timing: { ...FAST, lock: 10_000 } }));
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    const [pass] = await passesOf(fleet);
    expect(pass?.record.summary).toMatchObject({ lineages: 60, create: 60, failed: 0 });
    expect(fleet.aws.world.history.filter(({ label }) => label === "AWSCURRENT")).toHaveLength(60);

    for (const one of all) {
      await expect.poll(() => page(one, "/")).toContain("60 created");
      await expect.poll(() => page(one, "/")).toContain("3 replicas");
      await expect.poll(() => page(one, "/readyz")).toBe('{"ready":true,"reasons":[]}');
      await expect.poll(() => page(one, "/metrics")).toContain("deploy_token_rotator_fleet_replicas 3");
    }
    // What a process wrote may be read a little later than what it did.
    const created = () => all.flatMap(({ lines }) => lines.filter(message("token created"))).length;
    await expect.poll(created).toBe(60);
    await expect.poll(() => digests.length).toBe(1);

    const values = [...fleet.gitlab.issuedSecrets(), ...fleet.credentials];
    expect(values.length).toBeGreaterThan(60);
    expect(leaksIn(await dumpRedis(fleet.redis.client), values)).toEqual([]);
    for (const one of all) expect(leaksIn(one.output(), values)).toEqual([]);

    const file = all[0]?.process.spawnargs[2] ?? "";
    const status = await runProgram(["status", "--json", "--policy", file], {
      folder: fleet.folder,
      env: fleet.env,
    });
    const { fleet: shown, lastPass } = JSON.parse(status.stdout);
    expect(shown).toMatchObject({ name: NAME, error: null, replicas: [{ inForce: true }, {}, {}] });
    expect(lastPass.summary.create).toBe(60);

    // One that comes later begins no other pass, and shows what there was.
    const late = fleet.replica({ timing: FAST });
    await expect.poll(() => page(late, "/")).toContain("60 created");
    for (const one of [...all, late]) expect(await stop(one)).toBe(0);
    expect(await passesOf(fleet)).toHaveLength(1);
    expect(await fleet.redis.client.exists(`${PREFIX}:replicas`)).toBe(0);
    hook.close();
  });

  test("makes exactly one pass a tick, and Redis holds no more after fifty", async () => {
    const fleet = await open(policyText({ cron: EACH_SECOND }), 3);
    const all = [1, 2, 3].map(() => fleet.replica({ timing: FAST }));
    await expect.poll(async () => (await passesOf(fleet)).length).toBeGreaterThan(8);
    const sizes = async () => {
      const keys = await fleet.redis.client.keys("*");
      return keys.filter((key) => !key.includes(":pass:") && !key.includes(":schedule:")).length;
    };
    const before = await sizes();
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(50);
    for (const one of all) await stop(one);
    expect(await sizes()).toBeLessThanOrEqual(before + 4);
    for (const lane of ["plan", "apply"])
      expect(await fleet.redis.client.keys(`${PREFIX}:${lane}:2*`)).toEqual([]);
    expect((await fleet.redis.client.keys(`${PREFIX}:passes:repeat:schedule:*`)).length).toBeLessThanOrEqual(
      25,
    );
    expect(await fleet.redis.client.xlen(`${PREFIX}:plan:events`)).toBeLessThan(2_000);
    const passes = await passesOf(fleet);
    // One a second, one after the other.
    const begun = passes.map(({ record }) => Math.floor(record.startedAt.getTime() / 1_000));
    expect(new Set(begun).size).toBeGreaterThanOrEqual(begun.length - 1);
    passes.slice(1).forEach(({ record }, index) => {
      expect(record.finishedAt.getTime()).toBeLessThanOrEqual(passes[index]?.record.startedAt.getTime() ?? 0);
    });
    const ticks = all.flatMap(({ lines }) => lines.filter(message("tick")));
    expect(new Set(ticks.map((line) => line["timestamp"])).size).toBe(ticks.length);
  });

  test("lets a single replica with a wrong policy take no part, and says so everywhere", async () => {
    const fleet = await open(policyText(), 4);
    const right = [1, 2].map(() => fleet.replica({ timing: FAST }));
    await Promise.all(right.map((one) => livesWith(one, 1)));
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    const wrong = fleet.replica({
      timing: FAST,
      policy: policyText({ more: "", overlap: "1h" }).replace("pull", "push"),
    });
    await wrong.logged((line) => line.message.startsWith("policy not in force"));
    await sleep(1_500);
    expect(wrong.lines.filter(({ message: text }) => text.startsWith("policy not in force"))).toHaveLength(1);
    expect(wrong.lines.filter(message("pass begun"))).toEqual([]);
    expect(JSON.parse(await page(wrong, "/readyz"))).toMatchObject({
      ready: true,
      notes: [{ code: "PolicyNotInForce" }],
    });
    expect(await page(wrong, "/")).toContain("takes no part");
    expect(fleet.gitlab.world.createdHistory.filter(({ name }) => name === "push")).toEqual([]);
  });

  test("switches over half-way when the policy is changed replica by replica", async () => {
    const fleet = await open(policyText(), 4);
    const old = [1, 2].map(() => fleet.replica({ timing: FAST }));
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    const changed = policyText({ overlap: "25h" }).replace("name: pull", "name: pull2");
    const first = fleet.replica({ timing: FAST, policy: changed });
    await first.logged((line) => line.message.startsWith("policy not in force"));
    await stop(old[0] as ReplicaProcess);
    // One and one: the newer counts, and makes a pass at once.
    await livesWith(first, 1);
    await old[1]?.logged((line) => line.message.startsWith("policy not in force"));
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(2);
    const names = (): number =>
      fleet.gitlab.world.createdHistory.filter(({ name }) => name === "pull2").length;
    expect(names()).toBe(4);
  });

  test("takes a policy up on SIGHUP, as an update would", async () => {
    const fleet = await open(policyText(), 2);
    const one = fleet.replica({ timing: FAST });
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    const file = one.process.spawnargs[2] ?? "";
    writeFileSync(file, policyText().replace("name: pull", "name: pull2"));
    one.process.kill("SIGHUP");
    await one.logged(message("policy reloaded"));
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(2);
    writeFileSync(file, policyText().replace(NAME, "another-fleet"));
    one.process.kill("SIGHUP");
    await one.logged(message("new policy refused, the old one stays in force"));
  });

  test("works with two versions of the program side by side", async () => {
    const fleet = await open(policyText(), 40);
    const all = [
      fleet.replica({ timing: FAST, version: "1.0.0" }),
      fleet.replica({ timing: FAST, version: "2.0.0" }),
    ];
    await Promise.all(all.map((one) => livesWith(one, 1)));
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    expect((await passesOf(fleet))[0]?.record.summary).toMatchObject({ create: 40, failed: 0 });
    for (const version of ["1.0.0", "2.0.0"])
      expect(await page(all[0] as ReplicaProcess, "/")).toContain(version);
  });

  test("waits for a Redis that is away at its start, and goes on when one comes back, or has lost everything", async () => {
    const fleet = await open(policyText({ cron: EACH_SECOND }), 3);
    await fleet.redis.stop();
    const all = [1, 2].map(() => fleet.replica({ timing: FAST }));
    await Promise.all(all.map((one) => one.logged((line) => line.message.startsWith("redis lost"))));
    expect(all[0]?.output()).toMatch(/redis lost.*ECONNREFUSED/);
    expect(await page(all[0] as ReplicaProcess, "/")).toContain("Redis gives no answer");
    await fleet.redis.start();
    await expect.poll(async () => (await passesOf(fleet)).length).toBeGreaterThan(1);
    await fleet.redis.client.flushall();
    await expect.poll(async () => (await passesOf(fleet)).length).toBeGreaterThan(1);
    const lost = (one: ReplicaProcess): number =>
      one.lines.filter(({ message: text }) => text.startsWith("redis lost")).length;
    await fleet.redis.stop();
    for (const one of all) await expect.poll(() => lost(one)).toBe(2);
    await sleep(1_000);
    await fleet.redis.start();
    await expect.poll(async () => (await passesOf(fleet)).length).toBeGreaterThan(1);
    for (const one of all) {
      // Said once each time, and not once a second.
      expect(lost(one)).toBe(2);
      expect(await stop(one)).toBe(0);
      expect(one.output()).not.toMatch(/Unhandled|ERR_INTERNAL/);
    }
  });

  test("stops in time although Redis is away", async () => {
    const fleet = await open(policyText(), 3);
    const one = fleet.replica({ timing: FAST });
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    await fleet.redis.stop();
    await one.logged((line) => line.message.startsWith("redis lost"));
    // Far from the minute that rotations in hand are waited for.
    expect(await Promise.race([stop(one), sleep(40_000, "stands still")])).toBe(0);
  });

  test("takes over the parts of a replica that is killed, frozen past its lock, or cut off from Redis", async () => {
    const fleet = await open(policyText(), 90);
    const proxy = await startProxy(fleet.redis.port);
    const behind = fleet.env["REDIS_URL"]?.replace(/:\d+$/, `:${proxy.port}`) ?? "";
    const cut = fleet.replica({ timing: FAST, redisUrl: behind });
    const [killed, frozen, last] = [1, 2, 3].map(() => fleet.replica({ timing: FAST }));
    const makes = (count: number) =>
      expect.poll(() => fleet.gitlab.world.createdHistory.length, { interval: 10 }).toBeGreaterThan(count);
    await makes(10);
    killed?.process.kill("SIGKILL");
    await makes(20);
    frozen?.process.kill("SIGSTOP");
    await makes(30);
    proxy.freeze();
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    frozen?.process.kill("SIGCONT");
    proxy.restore();
    const [pass] = await passesOf(fleet);
    expect(pass?.record.summary.lineages).toBe(90);
    // Whoever was at one of them then left an open record, or a token that the next pass clears away: it is left alone.
    const open_ = pass?.record.actions.filter(({ result }) => result !== "done") ?? [];
    expect(open_.length).toBeLessThanOrEqual(24);
    const lines = [cut, frozen, last].flatMap((one) => one?.lines ?? []);
    expect(lines.filter(message("job taken over")).length).toBeGreaterThan(0);
    await expect
      .poll(async () =>
        Number((await page(frozen as ReplicaProcess, "/metrics")).match(/fleet_replicas (\d)/)?.[1]),
      )
      .toBe(3);
    expect(await passesOf(fleet)).toHaveLength(1);
    for (const one of [cut, frozen, last]) expect(await stop(one as ReplicaProcess)).toBe(0);
    await proxy.close();
  });

  test("makes no more tokens in a pass than the limit, among all of them", async () => {
    const fleet = await open(policyText().replace("max_rotations: 1000", "max_rotations: 7"), 30);
    for (let count = 0; count < 3; count += 1) fleet.replica({ timing: FAST });
    await expect.poll(async () => (await passesOf(fleet)).length).toBe(1);
    expect(fleet.gitlab.world.createdHistory).toHaveLength(7);
  });
});

describe.skipIf(!hasRedis)(`a policy for a fleet${REDIS_NEEDED}`, () => {
  test("runs nowhere without the address of a Redis", async () => {
    const world = await startFleetWorld(policyText());
    const one = world.replica({ redisUrl: "" });
    expect(await one.ended).toBe(78);
    expect(one.output()).toContain("set REDIS_URL, or engine.url in the policy");
    await world.close();
  });

  test.each(["there", "away"])(
    "ends where its port is taken, although a Redis that is %s would be waited for",
    async (redis) => {
      const world = await startFleetWorld(policyText());
      if (redis === "away") await world.redis.stop();
      const holder = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => holder.once("listening", resolve));
      const address = holder.address();
      const port = typeof address === "object" ? address?.port : 0;
      const one = world.replica({ policy: policyText().replace("127.0.0.1:0", `127.0.0.1:${port}`) });
      expect(await one.ended).toBeGreaterThan(0);
      expect(one.output()).toContain("EADDRINUSE");
      holder.close();
      await world.close();
    },
  );
});
