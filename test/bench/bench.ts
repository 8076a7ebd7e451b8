/** `npm run bench`: what a pass costs, against the bare client and the peers. See docs/performance.md. */
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Scenario } from "./measure/bench.ts";
import { BUILT, openWorkplace } from "./measure/program.ts";
import { type Options, readOptions } from "./options.ts";
import { profile } from "./profile/profile.ts";
import { type BenchDocument, readDocument, withResult, writeDocument } from "./report/document.ts";
import { thisMachine } from "./report/machine.ts";
import { markdown } from "./report/markdown.ts";
import { coldStart } from "./scenarios/cold-start.ts";
import { idlePass } from "./scenarios/idle-pass.ts";
import { instanceSweep } from "./scenarios/instance-sweep.ts";
import { memory } from "./scenarios/memory.ts";
import { pacedPass } from "./scenarios/paced-pass.ts";
import { quota } from "./scenarios/quota.ts";
import { replicas } from "./scenarios/replicas.ts";
import { rotations } from "./scenarios/rotations.ts";

const SCENARIOS: readonly Scenario[] = [
  idlePass,
  pacedPass,
  instanceSweep,
  memory,
  rotations,
  coldStart,
  quota,
  replicas,
];
const ROUNDS = 3;
const DOCUMENT = new URL("../../docs/performance.md", import.meta.url).pathname;

const chosen = ({ only }: Options): readonly Scenario[] => {
  const unknown = only.filter((letter) => !SCENARIOS.some((scenario) => scenario.letter === letter));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`);
  return SCENARIOS.filter(({ letter }) => only.length === 0 || only.includes(letter));
};

/** Keeps what is measured as it goes: half an hour is long, and a machine may fail. */
const measure = async (options: Options, bench: Bench): Promise<BenchDocument> => {
  const keeps = options.json !== undefined && !options.quick;
  let document = readDocument(keeps ? options.json : undefined);
  for (const scenario of chosen(options)) {
    const { letter, title } = scenario;
    bench.tell(`${letter}. ${title}`);
    const result = await scenario.run(bench);
    for (const problem of result.problems) bench.tell(`!! ${problem}`);
    if (result.problems.length > 0) process.exitCode = 1;
    const date = new Date().toISOString().slice(0, 10);
    document = withResult(document, {
      letter,
      title,
      date,
      rounds: bench.rounds,
      machine: thisMachine(),
      ...result,
    });
    if (options.json !== undefined) writeDocument(options.json, document);
  }
  return document;
};

/** Goals are ratios within one run, which a machine that does something else spreads widely. */
const warnOfLoad = (): void => {
  const [lastMinute = 0] = loadavg();
  if (lastMinute > cpus().length / 2)
    console.log(
      `This machine has other work (load ${lastMinute.toFixed(1)}): the numbers will lie far apart.`,
    );
};

const main = async (options: Options): Promise<void> => {
  if (!existsSync(BUILT)) throw new Error("there is nothing to measure yet: `npm run bench` builds it first");
  if (options.profile !== undefined) {
    await profile(options, mkdtempSync(join(tmpdir(), "rotator-profile-")));
    return;
  }
  if (!options.quick) warnOfLoad();
  using workplace = openWorkplace();
  const document = await measure(options, {
    quick: options.quick,
    rounds: options.quick ? 1 : (options.rounds ?? ROUNDS),
    folder: workplace.folder,
    tell: (line) => console.log(line),
  });
  if (options.quick) {
    const works = process.exitCode === undefined;
    console.log(works ? "The benchmark works." : "The benchmark does not work.");
    return;
  }
  const text = markdown(document);
  if (document.scenarios.length === SCENARIOS.length) {
    writeFileSync(DOCUMENT, text);
    console.log(`written: ${DOCUMENT}`);
  } else console.log(text);
};

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
