/** `npm run bench`: what a pass costs, against the bare client and the peers. See docs/performance.md. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "./measure/bench.ts";
import { openWorkplace } from "./measure/program.ts";
import { readOptions } from "./options.ts";
import { profile } from "./profile.ts";
import { idlePass } from "./scenarios/idle-pass.ts";

const SCENARIOS = [idlePass];
const ROUNDS = 3;

const options = readOptions(process.argv.slice(2));
if (options.profile !== undefined) await profile(options, mkdtempSync(join(tmpdir(), "rotator-profile-")));
else {
  using workplace = openWorkplace();
  const bench: Bench = {
    quick: options.quick,
    rounds: options.quick ? 1 : (options.rounds ?? ROUNDS),
    folder: workplace.folder,
    tell: (line) => console.log(line),
  };
  for (const scenario of SCENARIOS) {
    if (options.only.length > 0 && !options.only.includes(scenario.letter)) continue;
    bench.tell(`${scenario.letter}. ${scenario.title}`);
    const result = await scenario.run(bench);
    for (const problem of result.problems) {
      bench.tell(`!! ${problem}`);
      process.exitCode = 1;
    }
    console.log(JSON.stringify(result.tables, null, 1));
    console.log(JSON.stringify(result.goals, null, 1));
  }
}
