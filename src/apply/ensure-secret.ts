import { SecretStoreError } from "../model/errors.ts";
import { LINEAGE_TAG, MANAGED_BY, MANAGED_BY_TAG, ROTATION_TAG } from "../model/names.ts";
import type { SecretDescription } from "../model/ports.ts";
import { currentVersionId } from "../plan/account.ts";
import type { Lineage } from "../plan/lineage.ts";
import type { Observation, Ports } from "./observe.ts";

export interface SecretInput {
  readonly lineage: Lineage;
  readonly observation: Observation;
  /** The policy's own tags for secrets. */
  readonly tags: Readonly<Record<string, string>>;
}

export const ourTags = ({ lineage, tags }: SecretInput): Record<string, string> => ({
  ...tags,
  [MANAGED_BY_TAG]: MANAGED_BY,
  [LINEAGE_TAG]: lineage.tag,
});

/** Secrets Manager may not show a secret for some seconds after it was made. */
export const describeSurely = async (
  { store, clock }: Ports,
  secretId: string,
): Promise<SecretDescription | undefined> => {
  for (const wait of [500, 1_000, 2_000]) {
    const description = await store.describe(secretId);
    if (description !== undefined) return description;
    await clock.sleep(wait as Parameters<typeof clock.sleep>[0]);
  }
  return store.describe(secretId);
};

export const notShown = (step: "ensure" | "describe", secretId: string): SecretStoreError =>
  new SecretStoreError(
    `the secret ${secretId} is not there, or AWS does not show it yet; the next pass looks again`,
    { code: "ERR_SECRET_NOT_FOUND", step, secretId, outcome: "refused" },
  );

/** Step 1. A secret that appeared since it was looked for is taken only when it is ours. */
export const ensureSecret = async (
  ports: Ports,
  input: SecretInput,
): Promise<{ readonly arn: string; readonly over: string | undefined }> => {
  const { lineage, observation } = input;
  const { secret } = observation.observed;
  if (secret.status === "found")
    return { arn: secret.description.arn, over: secret.description.tags[ROTATION_TAG] };
  const arn = await ports.store.ensure(lineage.secretName, ourTags(input));
  const made = await describeSurely(ports, arn);
  if (made === undefined) throw notShown("ensure", lineage.secretName);
  // A record in it is another process's, and its token's only fingerprint.
  const isTaken =
    made.tags[LINEAGE_TAG] !== lineage.tag ||
    made.tags[ROTATION_TAG] !== undefined ||
    currentVersionId(made) !== undefined;
  if (isTaken)
    throw new SecretStoreError(
      `the secret ${lineage.secretName} was made by somebody else at the same time; the next pass looks again`,
      { code: "ERR_SECRET_INVALID", step: "ensure", secretId: lineage.secretName, outcome: "refused" },
    );
  return { arn, over: undefined };
};
