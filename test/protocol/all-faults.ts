/** Every single fault at every call of one lineage's rotation, and every pair: `node test/protocol/all-faults.ts [--every N]`. */
import { parseArgs } from "node:util";
import { SITUATIONS, type Tried, tryPairs, trySingles } from "./exhaustive.ts";

const { values } = parseArgs({ options: { every: { type: "string", default: "1" } } });
const began = performance.now();
let tried = 0;
let broken = 0;
const tell = (what: string, result: Tried): void => {
  tried += result.tried;
  broken += result.broken.length;
  console.log(`${what}: ${result.tried} tried, ${result.broken.length} broke a promise`);
  for (const one of result.broken.slice(0, 3)) console.log(JSON.stringify(one));
};
for (const situation of SITUATIONS) {
  tell(`${situation.name}, one fault`, await trySingles(situation));
  tell(`${situation.name}, two faults`, await tryPairs(situation, Number(values.every)));
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${broken === 0 ? "held" : "FAILED"}: ${tried} schedules of faults in ${seconds} s`);
process.exitCode = broken === 0 ? 0 : 1;
