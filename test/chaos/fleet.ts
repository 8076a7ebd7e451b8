import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { hasRedis, startRedis } from "../support/redis.ts";
import { countStrays, settle } from "./calm.ts";
import { createDice } from "./dice.ts";
import { keepCrew } from "./fleet-crew.ts";
import { createJudge, openHook } from "./fleet-judge.ts";
import { type Mishaps, playMishaps } from "./fleet-mishaps.ts";
import { leaksBelow } from "./leaks.ts";
import { seedPeople } from "./people.ts";
import { reportOn, summaryOf } from "./report.ts";
import { openStage } from "./stage.ts";

/**
 * Replicas of a fleet, killed, frozen and cut off from a Redis that dies, too, between the two simulators, which are judged
 * as ever: `node test/chaos/fleet.ts [--kills N] [--replicas N] [--seed N]`.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    kills: { type: "string", default: "150" },
    replicas: { type: "string", default: "3" },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const [kills, replicas] = [Number(values.kills), Number(values.replicas)];
if (![seed, kills, replicas].every((number) => Number.isSafeInteger(number) && number >= 0) || replicas < 1)
  throw new Error("usage: node test/chaos/fleet.ts [--kills N] [--replicas N] [--seed N]");
if (!hasRedis) {
  console.log("SKIPPED: neither redis-server nor valkey-server is installed");
  process.exit();
}

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
const FLEET = "chaos";
const began = Date.now();
const say = (line: string): void =>
  console.log(`${String(Math.round((Date.now() - began) / 1_000)).padStart(4)} s  ${line}`);
const root = mkdtempSync(join(tmpdir(), "rotator-fleet-chaos-"));
const password = "the-password-of-redis-in-the-fleets-chaos";
const [redis, hook] = await Promise.all([startRedis({ password }), openHook()]);
const stage = await openStage("aws", root, {
  policy: `engine: { type: bullmq, name: ${FLEET} }
notify: [{ type: webhook, url: "${hook.url}", min_severity: info }]
`,
  credentials: [password],
});
const { tally, violations, world } = stage;
const judge = createJudge({ redis, fleet: FLEET, world, digests: hook.digests });
const dice = createDice(seed);
const losses: number[] = [];
const mishaps: Mishaps = { redisRestarts: 0, flushes: 0, cuts: 0, freezes: 0 };
const isOver = (): boolean => tally.kills >= kills || violations.length > 0;

const watch = async (): Promise<void> => {
  for (let count = 0; !isOver(); count += 1) {
    await sleep(500);
    // Redis may go at any time.
    violations.push(...(await judge.look(count % 20 === 0).catch(() => [])));
    if (count % 40 === 0)
      say(
        `${tally.kills} kills, ${tally.freezes} freezes, ${judge.passes.size} passes, ${stage.chronicle.made.size} tokens made`,
      );
  }
};

say(`seed ${seed}, ${kills} kills, ${replicas} replicas`);
try {
  seedPeople(world);
  const crew = keepCrew({ stage, dice, redis: { port: redis.port, password }, isOver }, replicas);
  const onLost = (): void => void losses.push(Date.now());
  await Promise.all([
    watch(),
    playMishaps({ stage, dice, redis, crew: crew.members, isOver, onLost }, mishaps),
  ]);
  await crew.dismiss();
  violations.push(...(await judge.look(true)), ...judge.verdict(losses));
  const keys = await redis.client.keys("*");
  // One pass under way, twenty ticks, and what stands once.
  if (keys.length > 120) violations.push({ invariant: 6, text: `${keys.length} keys are left in Redis` });
  if (judge.passes.size < kills / 10)
    violations.push({ invariant: 6, text: `${judge.passes.size} passes only` });
  if (violations.length === 0) await settle(stage, say);
  const secrets = [...world.gitlab.issuedSecrets(), ...world.credentials];
  for (const leak of leaksBelow(root, world.secrets, secrets)) violations.push({ invariant: 5, text: leak });
  const played = { stage, strays: countStrays(stage) };
  console.log(reportOn(played));
  console.log(
    `  ${judge.passes.size} passes, ${hook.digests.size} digests, ${keys.length} keys left; Redis: ${mishaps.redisRestarts} restarts, ${mishaps.flushes} flushes, ${mishaps.cuts} cuts, ${mishaps.freezes} freezes`,
  );
  const summary = summaryOf([played], false);
  console.log(`${summary.line}, seed ${seed}`);
  if (summary.failed) process.exitCode = 1;
} finally {
  await Promise.all([stage.close(), redis.close()]);
  hook.close();
  rmSync(root, { recursive: true, force: true });
}
