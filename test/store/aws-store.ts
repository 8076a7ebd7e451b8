import { vi } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { type AwsStore, type AwsStoreOptions, createAwsStore } from "../../src/store/aws.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";
import { storeClock } from "./store-clock.ts";

export interface AwsFixture {
  readonly simulator: SecretsManagerSimulator;
  readonly store: AwsStore;
  readonly clock: ReturnType<typeof storeClock>;
  /** The operations that arrived, in order. */
  operations(): readonly string[];
  close(): Promise<void>;
}

/** Credentials as the SDK finds them, and nothing of the machine's own. */
export const stubAwsEnvironment = (): void => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "an-example");
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent/config");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
};

export const SHORT = { connection: milliseconds(500), request: milliseconds(200) };

export const openAws = async (options: Partial<AwsStoreOptions> = {}): Promise<AwsFixture> => {
  stubAwsEnvironment();
  const simulator = await startSecretsManager();
  const clock = storeClock();
  const store = await createAwsStore({
    region: "us-east-1",
    endpoint: simulator.url,
    clock,
    writesPerSecond: 1000,
    ...options,
  });
  return {
    simulator,
    store,
    clock,
    operations: () => simulator.log.map(({ operation }) => operation),
    close: async () => {
      store.close();
      await simulator.close();
      vi.unstubAllEnvs();
    },
  };
};
