import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type ArchivedPass, createArchive } from "../../src/fleet/archive.ts";
import { message, type ReplicaProcess, startFleetWorld } from "../fleet/fleet-world.ts";
import { dumpRedis, hasRedis } from "../support/redis.ts";
import { startProxy } from "../support/tcp-proxy.ts";
import { leaksIn } from "./leaks.ts";
import { tokenOfVersion } from "./lineages.ts";

/**
 * A fleet of three over a large estate, and everything that may go wrong with it, one thing after the other:
 * `node test/chaos/fleet-estate.ts [--lineages N]`.
 */
const { values } = parseArgs({ options: { lineages: { type: "string", default: "2000" } } });
const projects = Math.ceil(Number(values.lineages) / 2);
const lineages = projects * 2;
if (!Number.isSafeInteger(projects) || projects < 10)
  throw new Error("usage: node test/chaos/fleet-estate.ts [--lineages N]");
if (!hasRedis) {
  console.log("SKIPPED: neither redis-server nor valkey-server is installed");
  process.exit();
}
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

const TIMING = { beat: 500, liveFor: 5_000, lock: 5_000, stalled: 1_500, passLiveFor: 8_000 };
const STRAY_AFTER = 30_000;
const EVERY = 10_000;
const policy = (renewBefore: string): string => `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
schedule: { cron: "*/${EVERY / 1_000} * * * * *" }
engine: { type: bullmq, name: estate }
limits: { gitlab_requests_per_second: 1000, max_rotations: 100000, concurrency: 16 }
safety: { rotation_deadline: 10s, stray_after: ${STRAY_AFTER / 1_000}s }
defaults: { lifetime: 30d, renew_before: ${renewBefore}, overlap: 1h }
groups:
  - path: estate
    projects: { tokens: [{ name: pull, scopes: [read_repository] }, { name: images, scopes: [read_registry] }] }
`;

const began = Date.now();
const say = (line: string): void =>
  console.log(`${String(Math.round((Date.now() - began) / 1_000)).padStart(4)} s  ${line}`);
let wrong = 0;
const claim = (text: string, holds: boolean, otherwise = ""): void => {
  say(`${holds ? "ok " : "NO "} ${text}${holds ? "" : ` ${otherwise}`}`);
  if (!holds) wrong += 1;
};

const world = await startFleetWorld(policy("1d"));
const { gitlab, aws, redis } = world;
gitlab.world.addGroup({ path: "estate" });
for (let index = 0; index < projects; index += 1) gitlab.world.addProject({ path: `estate/p${index}` });

const archive = createArchive(redis.client, "rotator{estate}");
const passes = new Map<string, ArchivedPass>();
const look = async (): Promise<void> => {
  for (const pass of await archive.passes().catch(() => [])) passes.set(pass.id, pass);
};
const looking = setInterval(() => void look(), 500);
const ended = (): readonly ArchivedPass[] =>
  [...passes.values()].sort(
    (one, other) => one.record.startedAt.getTime() - other.record.startedAt.getTime(),
  );
const until = async (what: string, holds: () => boolean, patience = 300_000): Promise<boolean> => {
  for (const from = Date.now(); Date.now() - from < patience; await sleep(50)) if (holds()) return true;
  claim(what, false, "in time");
  return false;
};
const created = (): number => gitlab.world.createdHistory.length;
const puts = (): { readonly secret: string; readonly tokenId: number; readonly at: number }[] =>
  aws.world.history.flatMap(({ label, to, secret, at }) => {
    const tokenId = label === "AWSCURRENT" ? tokenOfVersion(to ?? "") : undefined;
    return tokenId === undefined ? [] : [{ secret, tokenId, at: at.getTime() }];
  });
const nextPass = async (what: string): Promise<ArchivedPass | undefined> => {
  const before = new Set(passes.keys());
  await until(what, () => ended().some(({ id }) => !before.has(id)));
  return ended().find(({ id }) => !before.has(id));
};

const proxies = await Promise.all([1, 2, 3].map(() => startProxy(redis.port)));
const behind = (index: number): string =>
  world.env["REDIS_URL"]?.replace(/:\d+$/, `:${proxies[index]?.port}`) ?? "";
const crew: (ReplicaProcess | undefined)[] = [];
let renewBefore = "1d";
const start = (index: number): void => {
  crew[index] = world.replica({ timing: TIMING, redisUrl: behind(index), policy: policy(renewBefore) });
};
const kill = async (index: number): Promise<void> => {
  crew[index]?.process.kill("SIGKILL");
  await crew[index]?.ended;
  start(index);
};
const freeze = async (index: number, length: number): Promise<void> => {
  crew[index]?.process.kill("SIGSTOP");
  await sleep(length);
  crew[index]?.process.kill("SIGCONT");
};
const cut = async (index: number, length: number, how: "cut" | "freeze"): Promise<void> => {
  proxies[index]?.[how]();
  await sleep(length);
  proxies[index]?.restore();
};
const crowd = (): number => new Set(ended().map(({ id }) => id)).size;

/** Three troubles while a pass makes as many tokens as there are lineages. */
const troubled = async (from: number): Promise<void> => {
  const at = (part: number): Promise<boolean> =>
    until("tokens are made", () => created() - from > lineages * part);
  await at(0.2);
  say("one is killed");
  await kill(0);
  await at(0.4);
  say("one is frozen, past its lock");
  await freeze(1, 8_000);
  await at(0.6);
  say("one is cut off from Redis, which it does not notice");
  await cut(2, 7_000, "freeze");
  await at(0.75);
  say("another is cut off, and is told so");
  await cut(1, 3_000, "cut");
};

try {
  for (const index of [0, 1, 2]) start(index);
  await troubled(0);
  await until("the first pass ends", () => crowd() > 0);
  const [first] = ended();
  claim(`the first pass speaks of all ${lineages} lineages`, first?.record.summary.lineages === lineages);
  const { create = 0, failed = 0 } = first?.record.summary ?? {};
  say(`${create} to create, ${failed} failed; ${puts().length} stored`);

  for (const [what, trouble] of [
    ["Redis loses its data in the middle of a pass", () => redis.client.flushall()],
    [
      "Redis restarts in the middle of a pass",
      async () => {
        await redis.stop();
        await sleep(1_500);
        await redis.start();
      },
    ],
  ] as const) {
    await nextPass("a pass before it");
    // Into the pass of the next tick.
    await sleep(EVERY - (Date.now() % EVERY) + 1_500);
    say(what);
    await trouble();
    const pass = await nextPass("a pass after it");
    claim("the next pass speaks of all lineages", pass?.record.summary.lineages === lineages);
  }

  say("another policy goes through the replicas one by one");
  renewBefore = "2d";
  for (const index of [0, 1, 2]) {
    crew[index]?.process.kill("SIGTERM");
    await crew[index]?.ended;
    start(index);
    await crew[index]?.logged((line) => message("replica joins")(line));
  }
  await nextPass("a pass of the new policy");
  say("somebody deletes every token, so that all is due");
  const before = created();
  const asOf = Date.now();
  for (const { id } of gitlab.world.createdHistory)
    if (gitlab.world.findDeployToken(id) !== undefined) gitlab.world.deleteDeployToken(id);
  await troubled(before);
  // Whatever was left half done is put right once its time has come.
  await sleep(STRAY_AFTER);
  const rotated = (): number => new Set(puts().flatMap(({ secret, at }) => (at > asOf ? [secret] : []))).size;
  await until("every lineage has been rotated", () => rotated() === lineages);
  await nextPass("a calm pass");
  await sleep(STRAY_AFTER / 2);
  const last = await nextPass("another calm pass");
  claim(
    "with nothing wrong any more, a pass has nothing to say but that all are well",
    last?.record.summary.lineages === lineages && last.record.summary.failed === 0,
    JSON.stringify(last?.record.summary),
  );

  const all = puts();
  const inOnePass = ended().flatMap(({ record }) => {
    const [from, to] = [record.startedAt.getTime(), record.finishedAt.getTime()];
    const secrets = all.flatMap(({ secret, at }) => (at >= from && at <= to ? [secret] : []));
    return secrets.filter((secret, index) => secrets.indexOf(secret) !== index);
  });
  claim("no lineage was rotated twice in one pass", inOnePass.length === 0, inOnePass.slice(0, 3).join());
  const stored = new Set(all.map(({ tokenId }) => tokenId));
  const strays = gitlab.world.createdHistory.filter(
    ({ id, by }) => by === "api" && !stored.has(id) && gitlab.world.findDeployToken(id)?.live === true,
  );
  claim("no token is left that nothing stored", strays.length === 0, `${strays.length} are`);
  const current = new Map(all.map(({ secret, tokenId }) => [secret, tokenId]));
  const dead = [...current.values()].filter((id) => gitlab.world.findDeployToken(id)?.live !== true);
  claim(
    "every secret names a live token",
    current.size === lineages && dead.length === 0,
    `${dead.length} do not`,
  );
  const values_ = [...gitlab.issuedSecrets(), ...world.credentials];
  claim(
    `none of ${values_.length} secret values is in Redis`,
    leaksIn(await dumpRedis(redis.client), values_).length === 0,
  );
  claim(
    "none is in the replicas' output",
    world.replicas.every((one) => leaksIn(one.output(), values_.slice(-200)).length === 0),
  );
  say(`${crowd()} passes, ${created()} tokens made, ${all.length} stored`);
  for (const index of [0, 1, 2]) crew[index]?.process.kill("SIGTERM");
  const codes = await Promise.all(crew.map((one) => one?.ended));
  claim(
    "all stop when asked to",
    codes.every((code) => code === 0),
    codes.join(),
  );
} finally {
  clearInterval(looking);
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await world.close();
}
if (wrong > 0) process.exitCode = 1;
