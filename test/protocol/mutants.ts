/**
 * Takes each guard out of a copy of the program and shows the schedule that then breaks a promise:
 * `node test/protocol/mutants.ts [--only TEXT] [--search N]`. Schedules that a search finds are written down.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTANTS, type Mutant, scheduleFile } from "./mutants/list.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    search: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const ROOT = new URL("../../", import.meta.url).pathname;

interface Found {
  readonly schedule: unknown;
  readonly violations: readonly string[];
}

const hunt = (folder: string, args: readonly string[]): Found | undefined => {
  const run = spawnSync(process.execPath, [join(folder, "test/protocol/hunt.ts"), ...args], {
    encoding: "utf8",
  });
  const last = run.stdout.trim().split("\n").at(-1) ?? "";
  if (run.status !== 0 || last === "")
    throw new Error(`the mutant does not run: ${run.stderr.slice(0, 400)}`);
  return (JSON.parse(last) as Found | null) ?? undefined;
};

const mutate = (folder: string, { name, edits }: Mutant): void => {
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    if (text.split(from).length !== 2) throw new Error(`"${name}" does not apply to ${file}: ${from}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
};

const withCopy = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), "rotator-mutant-"));
  try {
    for (const part of ["src", "test/protocol", "package.json"])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const search = (folder: string, mutant: Mutant): Found | undefined => {
  if (values.search === "0" || mutant.argued !== undefined) return undefined;
  const found = hunt(folder, ["--search", values.search, "--seed", values.seed]);
  if (found !== undefined) writeFileSync(scheduleFile(mutant), `${JSON.stringify(found.schedule)}\n`);
  return found;
};

const tryMutant = (mutant: Mutant): { readonly ok: boolean; readonly text: string } =>
  withCopy((folder) => {
    const file = scheduleFile(mutant);
    const written = existsSync(file) ? ["--schedule", file] : undefined;
    if (written !== undefined && hunt(folder, written) !== undefined)
      return { ok: false, text: "its schedule breaks a promise without it, too" };
    mutate(folder, mutant);
    const found = (written && hunt(folder, written)) ?? search(folder, mutant);
    if (found !== undefined) return { ok: true, text: found.violations[0] ?? "" };
    return mutant.argued === undefined
      ? { ok: false, text: "SURVIVES: no schedule needs this guard" }
      : { ok: true, text: `argued: ${mutant.argued}` };
  });

const chosen = MUTANTS.filter(({ name }) => name.includes(values.only));
let survivors = 0;
for (const mutant of chosen) {
  const { ok, text } = tryMutant(mutant);
  if (!ok) survivors += 1;
  console.log(`${ok ? "red " : "GREEN"}  ${mutant.name}\n       ${text}`);
}
console.log(
  `${chosen.length - survivors} of ${chosen.length} guards are needed, ${survivors} are not shown to be`,
);
process.exitCode = survivors === 0 ? 0 : 1;
