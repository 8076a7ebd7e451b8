import { spawn } from "node:child_process";
import { once } from "node:events";
import { startSecretsManager } from "../support/secrets-manager/simulator.ts";

/**
 * `node test/conformance/secrets-manager.ts SCRIPT`: runs a conformance script against the simulator. Fails unless every
 * check agrees, as the script itself always exits with 0.
 */
const main = async (script: string | undefined): Promise<number> => {
  if (script === undefined) {
    console.error("usage: node test/conformance/secrets-manager.ts SCRIPT");
    return 64;
  }
  const simulator = await startSecretsManager();
  const run = spawn(process.execPath, [script, simulator.url, "secrets-manager"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  run.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(run, "close")) as [number | null];
  await simulator.close();
  console.log(output);
  return code === 0 && /: ok [1-9]\d*, differ 0$/m.test(output) ? 0 : 1;
};

process.exitCode = await main(process.argv[2]);
