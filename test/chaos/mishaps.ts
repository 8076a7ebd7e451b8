import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Happening } from "./chronicle.ts";
import { readFolder } from "./folder-watch.ts";
import { openStage } from "./stage.ts";
import { TIMES } from "./times.ts";

/** Also run by `chaos.ts`, inside a mount name space of its own where there may be one. */
const { values } = parseArgs({ options: { folder: { type: "string" }, mounted: { type: "boolean" } } });
const mounted = values.mounted === true;
const root = values.folder ?? mkdtempSync(join(tmpdir(), "rotator-mishaps-"));
const stage = await openStage("file", root);
const { world, chronicle } = stage;
const filler = join(world.secrets, "filler");
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
let wrong = 0;

const claim = (text: string, holds: boolean, otherwise = ""): void => {
  console.log(`  ${holds ? "ok " : "NO "} ${text}`);
  if (holds) return;
  wrong += 1;
  console.log(otherwise.slice(-3_000));
};

const apply = async (
  meanwhile?: (happening: Happening) => void,
): Promise<{ code: number | null; output: string }> => {
  const child = await stage.enter({
    args: ["apply", "--json"],
    doom: undefined,
    patienceMs: 60_000,
    askedToStop: false,
    latency: () => 1,
    swallows: () => false,
    meanwhile,
  });
  return child.ended;
};

/** What consumers get, by secret: `undefined` where the token is gone. */
const current = (): ReadonlyMap<string, boolean> =>
  new Map(
    readFolder(world.secrets).files.map(({ name, versions }) => {
      const id = versions.find(({ labels }) => labels.includes("AWSCURRENT"))?.id ?? "";
      return [name, world.gitlab.world.findDeployToken(Number(id.slice(13, 23)))?.live === true];
    }),
  );
const lost = (): readonly string[] => {
  const seen = current();
  return world.lineages.map(({ secret }) => secret).filter((secret) => seen.get(secret) !== true);
};
const nothingIsLost = (): boolean => lost().length === 0;

/** A busy machine may need a second or a third pass: a rotation that takes longer than its deadline is undone. */
const applyUntil = async (isDone: () => boolean): Promise<{ done: boolean; output: string }> => {
  for (let pass = 1; ; pass += 1) {
    const { code, output } = await apply();
    const done = code === 0 && isDone();
    if (done || pass === 4) return { done, output: `${output}\nexit code ${code}, lost: ${lost()}` };
    await sleep(TIMES.strayAfter + 500);
  }
};
const strays = (): readonly number[] => {
  const stored = new Set(stage.histories().puts.map(({ tokenId }) => tokenId));
  return [...chronicle.made.keys()].filter((id) => !stored.has(id) && world.gitlab.world.findDeployToken(id));
};
const untilDue = (): Promise<void> => sleep(TIMES.lifetime - TIMES.renewBefore + 500);

const fillDisk = (): void => {
  try {
    writeFileSync(filler, Buffer.alloc(64 * 1024 * 1024));
  } catch {
    // It is full now, which was the aim.
  }
};

const fullDisk = async (): Promise<void> => {
  console.log("the disk is full before a pass");
  const before = chronicle.made.size;
  fillDisk();
  await untilDue();
  const failed = await apply();
  claim(
    "exit code 1, and it says that the disk is full",
    failed.code === 1 && /disk is full/.test(failed.output),
    failed.output,
  );
  claim("no token was made, and nothing is lost", chronicle.made.size === before && nothingIsLost());
  rmSync(filler);
  const mended = await applyUntil(() => chronicle.made.size > before);
  claim("with room again, the next pass rotates", mended.done, mended.output);

  console.log("the disk fills up between the record and the put");
  await untilDue();
  const failedLate = await apply(({ kind, phase }) => {
    if (kind === "create" && phase === "committed") fillDisk();
  });
  claim(
    "exit code 1, and it says so",
    failedLate.code === 1 && /disk is full/.test(failedLate.output),
    failedLate.output,
  );
  claim(
    "what could not be stored was deleted again, and nothing is lost",
    strays().length === 0 && nothingIsLost(),
  );
  rmSync(filler);
  await sleep(TIMES.strayAfter + 500);
  const after = await applyUntil(nothingIsLost);
  claim("with room again, a pass after stray_after rotates", after.done, after.output);
};

const readOnly = async (): Promise<void> => {
  console.log("the folder is read-only");
  const before = chronicle.made.size;
  execFileSync("mount", ["-o", "remount,ro", world.secrets]);
  await untilDue();
  const failed = await apply();
  claim("exit code 1, and it says so", failed.code === 1 && /read-only/.test(failed.output), failed.output);
  claim("no token was made, and nothing is lost", chronicle.made.size === before && nothingIsLost());
  execFileSync("mount", ["-o", "remount,rw", world.secrets]);
  const mended = await applyUntil(() => chronicle.made.size > before);
  claim("writable again, the next pass rotates", mended.done, mended.output);
};

const cutInHalf = async (): Promise<void> => {
  console.log("a secret's file was cut in half");
  const entry = readdirSync(world.secrets).find((name) => name.endsWith("registry-pull.json")) ?? "";
  const path = join(world.secrets, entry);
  const backup = readFileSync(path);
  const { name: secret } = JSON.parse(backup.toString("utf8")) as { readonly name: string };
  const lineage = world.lineages.find((each) => each.secret === secret);
  const tokens = (): string =>
    JSON.stringify(
      world.gitlab.world
        .deployTokens({ kind: "project", path: lineage?.path ?? "" })
        .filter((token) => token.name === lineage?.token)
        .map(({ id }) => id),
    );
  truncateSync(path, Math.floor(backup.length / 2));
  await untilDue();
  const [before, failed] = [tokens(), await apply()];
  const says = failed.output.includes(entry) && /is damaged/.test(failed.output);
  claim("exit code 1, and it names the file and what to do", failed.code === 1 && says, failed.output);
  claim(
    "no token of it was made or deleted, and the file is as it was",
    tokens() === before && readFileSync(path).length < backup.length,
  );
  writeFileSync(path, backup);
  const restored = await applyUntil(nothingIsLost);
  claim("restored from a backup, the next pass goes on", restored.done, restored.output);
  rmSync(path);
  const left = world.gitlab.world
    .deployTokens({ kind: "project", path: lineage?.path ?? "" })
    .filter((token) => token.name === lineage?.token);
  if (left.length > 1) {
    const unsure = await apply();
    claim(
      "moved away, with several tokens left, it says to delete all but one",
      /Ambiguous|InProgress/.test(unsure.output) && lost().length === 1,
      unsure.output,
    );
    for (const { id } of left.slice(0, -1)) world.gitlab.world.deleteDeployToken(id);
  }
  await sleep(TIMES.strayAfter + 500);
  const anew = await applyUntil(nothingIsLost);
  claim("moved away, the next pass makes a new token", anew.done, anew.output);
};

try {
  const first = await applyUntil(nothingIsLost);
  claim("a first pass stores every token", first.done, first.output);
  if (mounted) await fullDisk();
  else
    console.log(
      "skipped: the full disk and the read-only folder, as no small file system can be mounted here",
    );
  if (mounted) await readOnly();
  await cutInHalf();
  stage.inspect();
  for (const { text } of stage.violations) claim(text, false);
} finally {
  await stage.close();
  if (values.folder === undefined) rmSync(root, { recursive: true, force: true });
}
if (wrong > 0) process.exitCode = 1;
