import type { SecretDescription } from "../model/ports.ts";
import type { FoundSecret, Lineage } from "./lineage.ts";

/**
 * The secret whose lineage tag names the lineage; the policy's name counts only where no tag does.
 * `undefined` asks for the secret of the policy's name to be described.
 */
export const findTaggedSecret = (
  lineage: Lineage,
  tagged: readonly SecretDescription[],
): FoundSecret | undefined => {
  // Whoever moves a secret on purpose schedules the old one for deletion and names the new one in the policy.
  const counted = tagged.filter(
    ({ deletionDate, name }) => deletionDate === undefined || name === lineage.secretName,
  );
  const [only] = counted;
  if (counted.length > 1) return { status: "duplicate", names: counted.map(({ name }) => name).sort() };
  return only && { status: "found", description: only };
};
