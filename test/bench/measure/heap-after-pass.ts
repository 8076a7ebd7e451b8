/** `node --expose-gc`: how much heap a pass leaves behind while its report is still held, in MiB. */

import { load } from "../../../src/command.ts";
import { runPass } from "../../../src/pass.ts";
import { ownProgram } from "./own-program.ts";

const collect = globalThis.gc;
if (collect === undefined) throw new Error("needs --expose-gc");

const heap = async (): Promise<number> => {
  // Twice, with a turn between: what a finaliser lets go of is collected by the second.
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const program = ownProgram();
const loaded = load(program, { policy: process.argv[2] ?? "" });
const pass = { ...loaded, mode: "plan", logger: undefined, style: undefined } as const;
const before = await heap();
const report = await runPass(program, pass);
const after = await heap();
// Used after the measurement, so that it was held until then.
process.stdout.write(JSON.stringify({ before, after, kept: report.summary.keep }));
