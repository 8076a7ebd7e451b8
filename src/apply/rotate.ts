import type { CreatedDeployToken } from "../model/deploy-token.ts";
import {
  DeadlineError,
  GitLabError,
  RotationError,
  SecretStoreError,
  StoppedError,
} from "../model/errors.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../model/names.ts";
import { encodeRecord, type RotationRecord } from "../model/record.ts";
import { decodeVersionId, encodeVersionId } from "../model/version-id.ts";
import { currentVersionId } from "../plan/account.ts";
import type { Rotation } from "../plan/rotation.ts";
import { differences, refuseOlderToken } from "./created-token.ts";
import { formatCredential } from "./credential-format.ts";
import { deadlineGate, elapsedSince, instantOf } from "./deadline.ts";
import { describeSurely, ensureSecret, notShown, ourTags, type SecretInput } from "./ensure-secret.ts";
import type { Ports } from "./observe.ts";
import { undo } from "./undo.ts";

export interface RotationInput extends SecretInput {
  readonly rotation: Rotation;
  /** Aborted when the process is asked to stop: then no token is created any more. */
  readonly stop?: AbortSignal | undefined;
  /** Told once GitLab has made the token. */
  readonly onCreated?: (tokenId: number) => void;
}

export type RotationOutcome =
  | {
      readonly status: "done";
      readonly tokenId: number;
      readonly expiresAt: Date;
      /** What of it could not be tried before it was stored, in words. */
      readonly unverified: readonly string[];
    }
  /** Another process was faster; ours was undone. */
  | { readonly status: "skipped"; readonly message: string };

const wholeSeconds = (milliseconds: number): Date => new Date(Math.floor(milliseconds / 1000) * 1000);

/** Lifetime less a random part, so that this rotation's token can be told from every other's. */
const chooseExpiry = (ports: Ports, { lineage, observation }: RotationInput, at: Date): Date => {
  const { secret } = observation.observed;
  const versions = secret.status === "found" ? secret.description.versions : [];
  const taken = new Set([
    ...versions.map(({ id }) => decodeVersionId(id)?.expiresAt.getTime()),
    observation.decision.account.record?.expires.getTime(),
  ]);
  const longest = wholeSeconds(at.getTime() + lineage.entry.lifetime).getTime();
  let expires = longest - ports.random(Math.floor(ports.safety.strayAfter / 2 / 1000)) * 1000;
  // Two rotations within minutes of each other may come to one second by chance: then the record would seem fulfilled.
  while (taken.has(expires)) expires -= 1000;
  return new Date(expires);
};

/** How long a look at the secret is good enough to store by, in milliseconds: as long as a login mostly takes. */
const LOOK_LASTS = 250;

/** Step 5, its first half: the secret must still be as the plan saw it. False when another process was faster. */
const isUnmoved = async (ports: Ports, input: RotationInput, arn: string): Promise<boolean> => {
  const description = await describeSurely(ports, arn);
  if (description === undefined) throw notShown("describe", arn);
  if (description.tags[LINEAGE_TAG] !== input.lineage.tag)
    throw new SecretStoreError(`the secret ${arn} lost its tag ${LINEAGE_TAG} during the rotation`, {
      code: "ERR_SECRET_INVALID",
      step: "describe",
      secretId: arn,
      outcome: "refused",
    });
  return currentVersionId(description) === input.rotation.currentVersionId;
};

/** An outcome that is unknown stays so, unless a describe shows our version. */
const settlePut = async (ports: Ports, arn: string, versionId: string, error: unknown): Promise<void> => {
  const unknown = error instanceof SecretStoreError && error.outcome === "unknown";
  if (!unknown) throw error;
  const description = await ports.store.describe(arn).catch(() => undefined);
  if (description?.versions.some(({ id }) => id === versionId)) return;
  throw new RotationError(
    "ERR_PUT_UNKNOWN",
    `nobody knows whether the secret ${arn} took the new token: ${error.message}. The token is left alone; the next pass decides from what it sees`,
    { cause: error },
  );
};

/** Rotates one lineage, in the order of the protocol: ensure, record, create, verify, store. */
export const rotate = async (ports: Ports, input: RotationInput): Promise<RotationOutcome> => {
  const { gitlab, store, clock, safety } = ports;
  const { lineage, rotation, observation } = input;
  const { arn, over } = await ensureSecret(ports, input);

  const since = instantOf(clock);
  const at = wholeSeconds(since.wall);
  const expires = chooseExpiry(ports, input, at);
  const { existing, strays, leaked } = rotation;
  const record: RotationRecord = { at, expires, existing, strays, leaked, undone: false };
  const deadline = { length: safety.rotationDeadline, what: "the rotation" };
  // Whoever stood still since the look would overwrite the record of a rotation that began meanwhile.
  const looked = deadlineGate(clock, observation.describedAt, deadline);
  const tags = { ...ourTags(input), [ROTATION_TAG]: encodeRecord(record) };
  await store.record(arn, tags, { gate: looked, over });

  const gate = deadlineGate(clock, since, deadline);
  const undoing = { target: lineage.target, arn, record };
  const request = {
    name: lineage.token,
    username: rotation.username,
    scopes: rotation.scopes,
    expiresAt: expires,
  };
  const isTried = lineage.entry.verify !== "off";
  // Where it is to be tried can be read while it is made.
  const verifier = (isTried ? gitlab.prepareVerification?.(lineage.target) : undefined) ?? gitlab;
  let created: CreatedDeployToken;
  try {
    created = await gitlab.createToken(lineage.target, request, () => {
      if (input.stop?.aborted) throw new StoppedError("asked to stop before the token was created");
      gate();
    });
  } catch (error) {
    const refused =
      error instanceof DeadlineError ||
      error instanceof StoppedError ||
      (error instanceof GitLabError && error.outcome === "refused");
    if (refused) await undo(ports, { ...undoing, tokenId: undefined });
    throw error;
  }
  refuseOlderToken(observation, created);
  const { token, value } = created;
  input.onCreated?.(token.id);

  try {
    const wrong = differences(created, request, { at, within: safety.rotationDeadline });
    if (wrong.length > 0)
      throw new RotationError(
        "ERR_TOKEN_DIFFERS",
        `GitLab made token ${token.id}, but not as asked for: ${wrong.join(", ")} differ`,
      );
    const credential = { username: token.username, value };
    const begun = instantOf(clock);
    const verifying = isTried ? verifier.verifyToken(lineage.target, token, credential) : { unverified: [] };
    // Beside it, for the time that it takes; where the login took its time, once more behind it.
    const unmoved = isUnmoved(ports, input, arn);
    unmoved.catch(() => undefined);
    const verification = await verifying;
    const isRecent = elapsedSince(clock, begun) <= LOOK_LASTS;
    if (!(await unmoved) || !(isRecent || (await isUnmoved(ports, input, arn)))) {
      await undo(ports, { ...undoing, tokenId: token.id });
      return { status: "skipped", message: "another process stored a newer token meanwhile" };
    }
    const versionId = encodeVersionId({ tokenId: token.id, storedAt: clock.now(), expiresAt: expires });
    const formatted = formatCredential(lineage.entry.format, token.username, value);
    await store
      .put(arn, { versionId, value: formatted, gate })
      .catch((error: unknown) => settlePut(ports, arn, versionId, error));
    return {
      status: "done",
      tokenId: token.id,
      expiresAt: expires,
      unverified: verification.unverified,
    };
  } catch (error) {
    if (!(error instanceof RotationError && error.code === "ERR_PUT_UNKNOWN"))
      await undo(ports, { ...undoing, tokenId: token.id }, error);
    throw error;
  }
};
