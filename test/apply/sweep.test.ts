import { expect, it } from "vitest";
import { sweepSecrets } from "../../src/apply/sweep.ts";
import { SecretStoreError, type SecretStoreErrorCode } from "../../src/model/errors.ts";
import type { SecretStore } from "../../src/model/ports.ts";
import { aLineage, aSecret } from "../plan/builders.ts";

const INSTANCE = "gitlab.example.com";

const failing = (code: SecretStoreErrorCode): SecretStore => ({
  async *list() {
    yield aSecret();
    throw new SecretStoreError("secrets/a.json is damaged", { code, step: "list", outcome: "refused" });
  },
  describe: () => Promise.resolve(undefined),
  versions: () => Promise.resolve([]),
  ensure: (name) => Promise.resolve(name),
  record: () => Promise.resolve(),
  put: () => Promise.resolve(),
});

it.each(["ERR_SECRET_ACCESS_DENIED", "ERR_SECRET_INVALID"] as const)(
  "goes on with the secrets that were seen after %s, and says that they are not all",
  async (code) => {
    const sweep = await sweepSecrets(failing(code), INSTANCE);
    expect(sweep.tagged(aLineage().tag)).toHaveLength(1);
    expect([sweep.complete, sweep.incompleteBecause]).toEqual([false, "secrets/a.json is damaged"]);
  },
);

it("fails when the store cannot be reached: nothing at all is known then", async () => {
  await expect(sweepSecrets(failing("ERR_SECRET_UNAVAILABLE"), INSTANCE)).rejects.toThrow("damaged");
});
