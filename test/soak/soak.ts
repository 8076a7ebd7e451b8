/**
 * The daemon's long life: `npm run test:soak -- [--passes N] [--every N] [--leak listener|memory|socket]`. Without
 * compilers: what they add, and note beside each object's shape, grows for thousands of passes and hides small leaks.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSoakedDaemon } from "./daemon.ts";
import { createFastClock } from "./fast-clock.ts";
import { FEWEST_SAMPLES, judge, type Sample } from "./judge.ts";
import { LEAKS, type Leak, plantLeak } from "./leaks.ts";
import { measure } from "./measure.ts";
import { CYCLE, choreBefore, hoursBefore, troubleOf } from "./plan.ts";
import { DAMAGED, freePorts, policyText } from "./policy.ts";
import { amiss } from "./seen.ts";
import { heading, row, verdict } from "./table.ts";
import { startWorldProcess } from "./world-process.ts";

const { values } = parseArgs({
  options: {
    passes: { type: "string", default: "5000" },
    every: { type: "string", default: "100" },
    leak: { type: "string", multiple: true, default: [] },
  },
});
const [passes, every] = [Number(values.passes), Number(values.every)];
const leaks = values.leak as readonly Leak[];
if (
  !Number.isSafeInteger(passes) ||
  every % CYCLE !== 0 ||
  passes < every * FEWEST_SAMPLES ||
  leaks.some((leak) => !LEAKS.includes(leak))
)
  throw new Error(
    `usage: soak.ts [--passes N] [--every N, a multiple of ${CYCLE}, at most an eighth of the passes] [--leak ${LEAKS.join("|")}]`,
  );

const began = process.cpuUsage();
const beganAt = performance.now();
const folder = mkdtempSync(join(tmpdir(), "rotator-soak-"));
const origin = { time: Date.parse("2026-11-22T17:00:00Z"), realTime: Date.now() };
const clock = createFastClock(origin);
const world = await startWorldProcess(origin);
const { addresses } = world;
const policyFile = join(folder, "rotation.yaml");
const historyFile = join(folder, "history.jsonl");
const ports = await freePorts();
const policy = (turn: 0 | 1): string => policyText(turn, { ports, receiver: addresses.receiver });
writeFileSync(policyFile, policy(0));
// The SDK reads them from the process itself.
Object.assign(process.env, {
  AWS_ENDPOINT_URL_SECRETS_MANAGER: addresses.aws,
  AWS_ACCESS_KEY_ID: "soak",
  AWS_SECRET_ACCESS_KEY: "soak",
  AWS_EC2_METADATA_DISABLED: "true",
});
const daemon = await startSoakedDaemon({
  clock,
  policyFile,
  historyFile,
  env: {
    GITLAB_TOKEN: addresses.accessToken,
    GITLAB_BASE_URL: addresses.gitlab,
    SIGNING_KEY: "not a secret",
    CHAT_URL: `${addresses.receiver}/chat`,
    LOG_FORMAT: "json",
  },
});

let turn: 0 | 1 = 0;
const reload = (text: string): void => {
  writeFileSync(policyFile, text);
  daemon.reload();
};
const doChore = async (pass: number): Promise<void> => {
  switch (choreBefore(pass)) {
    case "the policy changes":
      turn = turn === 0 ? 1 : 0;
      reload(policy(turn));
      // The server moves beside the passes.
      await sleep(50);
      return;
    case "the policy is damaged":
      reload(DAMAGED);
      return;
    case "a project goes, another comes":
      return world.replaceProject();
    default:
  }
};

const samples: Sample[] = [];
let [failedReads, series] = [0, 0];
const look = async (): Promise<void> => {
  const url = `http://127.0.0.1:${ports[turn]}`;
  const read = await world.read([`${url}/metrics`, `${url}/`, `${url}/healthz`]);
  failedReads += read.filter(({ status }) => status !== 200).length;
  series = read[0]?.lines ?? 0;
};
const at = { stop: daemon.stop, port: Number(new URL(addresses.receiver).port) };
const plants = leaks.map((leak) => plantLeak(leak, at));

// The pass at the start.
await daemon.tick();
for (let pass = 1; pass <= passes; pass += 1) {
  const skip = hoursBefore(pass);
  clock.skip(skip);
  await world.beginPass({ skip, trouble: troubleOf(pass) });
  await doChore(pass);
  await daemon.tick();
  await look();
  for (const plant of plants) plant();
  if (pass % every !== 0) continue;
  const measured = await measure({ ...daemon, historyFile });
  samples.push({ pass, values: { ...measured, "lines of metrics": series } });
  if (samples.length === 1) console.log(heading);
  console.log(row(samples.at(-1)!));
}
const counts = await world.counts();
const exitCode = await daemon.end();
world.close();
rmSync(folder, { recursive: true });

const { user, system } = process.cpuUsage(began);
const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1_000)} s`;
console.log(
  `\n${passes} passes in ${seconds(performance.now() - beganAt)}, ${seconds((user + system) / 1_000)} of CPU; ` +
    `tokens: ${counts.created} created, ${counts.deleted} deleted; digests: ${counts.digests} taken, ` +
    `${counts.refusedDigests} refused; ${counts.failures} requests to GitLab failed`,
);
const wrong = amiss({ ...counts, said: daemon.said, failedReads, exitCode });
for (const line of wrong) console.log(`!! ${line}`);
const { text, failed } = verdict(judge(samples));
console.log(text);
process.exitCode = failed || wrong.length > 0 ? 1 : 0;
