import { startSecretsManager } from "./simulator.ts";

/** `node test/support/secrets-manager/serve.ts [port]`: prints its URL and stays until it is stopped. */
export const main = async (port: number): Promise<void> => {
  const simulator = await startSecretsManager({ port });
  console.log(simulator.url);
  const stop = (): void => void simulator.close();
  process.once("SIGTERM", stop).once("SIGINT", stop);
};

if (import.meta.main) await main(Number(process.argv[2] ?? 0));
