import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countStrays, type Strays, settle } from "./calm.ts";
import { createDice } from "./dice.ts";
import { playEpisodes } from "./episodes.ts";
import { leaksBelow } from "./leaks.ts";
import { seedPeople } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";
import { STEPS } from "./steps.ts";
import type { StoreKind } from "./world.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    kills: { type: "string", default: "300" },
    store: { type: "string" },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(values.kills);
const stores: readonly StoreKind[] =
  values.store === "aws" || values.store === "file" ? [values.store] : ["aws", "file"];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills) || kills < 1)
  throw new Error("usage: node test/chaos/chaos.ts [--seed N] [--kills N] [--store aws|file]");
if (!existsSync(new URL("../../dist/main.js", import.meta.url)))
  throw new Error("there is no dist/main.js: npm run build");

const began = Date.now();
const say = (line: string): void =>
  console.log(`${String(Math.round((Date.now() - began) / 1_000)).padStart(4)} s  ${line}`);
const root = mkdtempSync(join(tmpdir(), "rotator-chaos-"));

const play = async (
  store: StoreKind,
  share: number,
): Promise<{ readonly stage: Stage; readonly strays: Strays }> => {
  const folder = join(root, store);
  await mkdir(folder);
  const stage = await openStage(store, folder);
  const tell = (line: string): void => say(`${store.padEnd(4)}  ${line}`);
  seedPeople(stage.world);
  // Each lane has dice of its own: how the two take turns is not repeatable.
  await playEpisodes(stage, { kills: share, dice: createDice(seed + stores.indexOf(store)), tell });
  if (stage.violations.length === 0) await settle(stage, tell);
  const secrets = [...stage.world.gitlab.issuedSecrets(), ...stage.world.credentials];
  for (const leak of leaksBelow(folder, stage.world.secrets, secrets))
    stage.violations.push({ invariant: 5, text: leak });
  const strays = countStrays(stage);
  await stage.close();
  return { stage, strays };
};

const report = (store: StoreKind, { stage, strays }: { stage: Stage; strays: Strays }): void => {
  const { tally, violations, chronicle } = stage;
  console.log(
    `\n${store}: ${tally.kills} kills of ${tally.children} children, ${tally.freezes} freezes, ${tally.restarts} restarts`,
  );
  for (const step of STEPS) console.log(`  ${String(tally.steps[step]).padStart(5)} killed ${step}`);
  console.log(`  ${String(tally.halfDone).padStart(5)} rotations left half done by them`);
  console.log(
    `  ${String(chronicle.made.size).padStart(5)} tokens made, ${stage.histories().puts.length} stored, ${strays.undone} undone, ${strays.made} strays, ${strays.recovered} of them recovered, ${strays.knownLimit} orphaned by overwritten records (the known limit)`,
  );
  for (const violation of violations)
    console.log(
      `\n  VIOLATION of invariant ${violation.invariant}: ${violation.text}\n${chronicle.tell(violation)}`,
    );
};

say(`seed ${seed}, ${kills} kills`);
try {
  const share = Math.ceil(kills / stores.length);
  const played = await Promise.all(stores.map(async (store) => [store, await play(store, share)] as const));
  for (const [store, result] of played) report(store, result);
  const sum = (count: (result: { stage: Stage; strays: Strays }) => number): number =>
    played.reduce((total, [, result]) => total + count(result), 0);
  const violations = sum(({ stage }) => stage.violations.length);
  console.log(
    `\n${sum(({ stage }) => stage.tally.kills)} kills, ${violations} violations, ${sum(({ strays }) => strays.made)} strays made, ${sum(({ strays }) => strays.recovered)} recovered, seed ${seed}`,
  );
  if (violations > 0) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
