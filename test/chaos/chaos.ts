import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countStrays, settle } from "./calm.ts";
import { createDice } from "./dice.ts";
import { playEpisodes } from "./episodes.ts";
import { leaksBelow } from "./leaks.ts";
import { seedPeople } from "./people.ts";
import { type Played, reportOn, summaryOf } from "./report.ts";
import { runMishaps } from "./run-mishaps.ts";
import { openStage, type Stage } from "./stage.ts";
import type { StoreKind } from "./world.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, kills: { type: "string", default: "300" }, store: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(values.kills);
const stores: readonly StoreKind[] =
  values.store === "aws" || values.store === "file" ? [values.store] : ["aws", "file"];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills) || kills < 1)
  throw new Error("usage: node test/chaos/chaos.ts [--seed N] [--kills N] [--store aws|file]");
if (!existsSync(new URL("../../dist/main.js", import.meta.url)))
  throw new Error("there is no dist/main.js: npm run build");

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
const began = Date.now();
const say = (line: string): void =>
  console.log(`${String(Math.round((Date.now() - began) / 1_000)).padStart(4)} s  ${line}`);
const root = mkdtempSync(join(tmpdir(), "rotator-chaos-"));

const stages: Stage[] = [];
const isOver = (): boolean => stages.some(({ violations }) => violations.length > 0);

const play = async (store: StoreKind, share: number): Promise<Played> => {
  const folder = join(root, store);
  await mkdir(folder);
  const stage = await openStage(store, folder);
  stages.push(stage);
  const tell = (line: string): void => say(`${store.padEnd(4)}  ${line}`);
  try {
    seedPeople(stage.world);
    // Dice of its own for each store: how the two take turns is not repeatable.
    await playEpisodes(stage, { kills: share, dice: createDice(seed + stores.indexOf(store)), tell, isOver });
    if (!isOver()) await settle(stage, tell);
    const secrets = [...stage.world.gitlab.issuedSecrets(), ...stage.world.credentials];
    for (const leak of leaksBelow(folder, stage.world.secrets, secrets))
      stage.violations.push({ invariant: 5, text: leak });
    return { stage, strays: countStrays(stage) };
  } finally {
    await stage.close();
  }
};

say(`seed ${seed}, ${kills} kills`);
try {
  const mishaps = runMishaps(join(root, "mishaps"));
  const share = Math.ceil(kills / stores.length);
  const played = await Promise.all(stores.map((store) => play(store, share)));
  const { output, failed } = await mishaps;
  for (const each of played) console.log(reportOn(each));
  console.log(`\nMishaps of the file store:\n${output}`);
  const summary = summaryOf(played, failed);
  console.log(`${summary.line}, seed ${seed}`);
  if (summary.failed) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
