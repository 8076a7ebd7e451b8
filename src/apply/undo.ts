import { RotationError } from "../model/errors.ts";
import { ROTATION_TAG } from "../model/names.ts";
import { encodeRecord, type RotationRecord } from "../model/record.ts";
import type { Target } from "../model/target.ts";
import type { Ports } from "./observe.ts";

export interface UndoInput {
  readonly target: Target;
  readonly arn: string;
  readonly record: RotationRecord;
  /** Absent where GitLab surely made none. */
  readonly tokenId: number | undefined;
}

/** The record says that nothing is left, so that the next pass need not wait; a failure here only makes it wait. */
const noteUndone = async ({ store }: Ports, { arn, record }: UndoInput): Promise<void> => {
  try {
    const description = await store.describe(arn);
    if (description?.tags[ROTATION_TAG] !== encodeRecord(record)) return;
    const tags = { [ROTATION_TAG]: encodeRecord({ ...record, undone: true }) };
    await store.record(arn, tags, { over: encodeRecord(record) });
  } catch {
    // The stray rule waits its time then.
  }
};

/** Deletes a token that was made and not stored, at once. */
export const undo = async (ports: Ports, input: UndoInput, because?: unknown): Promise<void> => {
  const { target, tokenId } = input;
  if (tokenId !== undefined) {
    try {
      await ports.gitlab.deleteToken(target, tokenId, () => undefined);
    } catch (error) {
      const why = because instanceof Error ? `${because.message} ` : "";
      const deletion = error instanceof Error ? error.message : String(error);
      throw new RotationError(
        "ERR_STRAY_TOKEN",
        `${why}Token ${tokenId} of ${target.path} was made but not stored, and could not be deleted again (${deletion}); a later pass deletes it`,
        { cause: because ?? error },
      );
    }
  }
  await noteUndone(ports, input);
};
