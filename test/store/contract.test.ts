import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect } from "vitest";
import { createAwsStore } from "../../src/store/aws.ts";
import { createFileStore } from "../../src/store/file.ts";
import { fileOf } from "../../src/store/file-name.ts";
import { holderOf } from "../support/secrets-manager/state.ts";
import { openAws } from "./aws-store.ts";
import { type OpenedStore, storeContract } from "./contract.ts";
import { storeClock } from "./store-clock.ts";

const freshName = (): string => `gitlab/Contract/${randomUUID()}`;

storeContract("AWS Secrets Manager (simulated)", async () => {
  const { store, simulator, close } = await openAws();
  return {
    store,
    name: freshName,
    read: async (name, label) => {
      const secret = simulator.world.secret(name);
      return secret === undefined ? undefined : holderOf(secret, label)?.value;
    },
    close: async () => {
      const read = simulator.log.filter(({ operation }) => operation.endsWith("GetSecretValue"));
      await close();
      expect(read, "the store never reads a value").toEqual([]);
    },
  };
});

storeContract("a folder", async () => {
  const parent = await mkdtemp(join(tmpdir(), "rotator-store-"));
  const folder = join(parent, "secrets");
  return {
    store: createFileStore({ folder, clock: storeClock() }),
    name: freshName,
    read: async (name, label) => {
      const file = JSON.parse(await readFile(fileOf(folder, name), "utf8")) as {
        versions: { labels: string[]; value?: string }[];
      };
      return file.versions.find((version) => version.labels.includes(label))?.value;
    },
    close: () => rm(parent, { recursive: true }),
  };
});

const endpoint = process.env["SECRETS_MANAGER_ENDPOINT"];
if (endpoint !== undefined) storeContract(endpoint, () => openEndpoint(endpoint));

/** Any endpoint, with the credentials and region of the environment; its secrets are deleted afterwards. */
const openEndpoint = async (url: string): Promise<OpenedStore> => {
  const names: string[] = [];
  const client = new SecretsManagerClient({ endpoint: url });
  const store = await createAwsStore({ endpoint: url, clock: storeClock() });
  return {
    store,
    name: () => {
      names.push(freshName());
      return names.at(-1) as string;
    },
    read: async (SecretId, VersionStage) => {
      const answer = client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
      return (await answer.catch(() => undefined))?.SecretString;
    },
    close: async () => {
      for (const SecretId of names) {
        const command = new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true });
        await client.send(command).catch(() => undefined);
      }
      store.close();
      client.destroy();
    },
  };
};
