import type { Clock, Gate } from "../model/clock.ts";
import { milliseconds, SECOND } from "../model/duration.ts";
import type { SecretStoreError } from "../model/errors.ts";
import type { SecretPut } from "../model/ports.ts";
import { scrub } from "../model/scrub.ts";
import type { WritePace } from "../model/turn.ts";
import { unusable } from "./aws-answers.ts";
import { type AwsClients, MAX_ATTEMPTS } from "./aws-clients.ts";
import { toStoreError } from "./aws-errors.ts";
import { isThrottled, readFailure, surelyNotDone } from "./aws-failure.ts";
import { StoppedByGate } from "./aws-gate.ts";

export interface AwsPutContext {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly kmsKeyId: string | undefined;
  readonly pace: WritePace;
}

/**
 * PutSecretValue without the SDK's retries, so that every attempt's answer is seen. Only a throttled attempt, which was
 * not processed, is sent again; after an attempt whose outcome is unknown nothing is sent any more.
 */
export const putVersion = async (context: AwsPutContext, secretId: string, put: SecretPut): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    await context.pace("put");
    const result = await attemptPut(context, secretId, put);
    if (result === undefined) return;
    if (!result.throttled || attempt === MAX_ATTEMPTS) throw result.error;
    await context.clock.sleep(backOff(attempt));
  }
};

interface FailedAttempt {
  readonly error: SecretStoreError;
  readonly throttled: boolean;
}

const attemptPut = async (
  { clients, kmsKeyId }: AwsPutContext,
  secretId: string,
  put: SecretPut,
): Promise<FailedAttempt | undefined> => {
  const passage = watch(put.gate);
  const command = new clients.sdk.PutSecretValueCommand({
    SecretId: secretId,
    ClientRequestToken: put.versionId,
    SecretString: put.value.reveal(),
  });
  // The last middleware of the last step: everything is signed, and the handler's `handle()` comes next.
  command.middlewareStack.add(
    (next) => (args) => {
      passage.ask();
      return next(args);
    },
    { step: "deserialize", priority: "low", name: "gate" },
  );
  try {
    const { VersionId } = await clients.once.send(command, clients.bounded.once());
    if (VersionId === put.versionId) return undefined;
    const error = unusable({ step: "put", secretId }, "it does not name the version that was sent");
    return { error, throttled: false };
  } catch (error) {
    passage.rethrowIfStopped();
    const read = readFailure(error);
    const failure = { ...read, message: scrub(read.message, put.value) };
    const outcome = surelyNotDone(failure, passage.hasLeft()) ? "refused" : "unknown";
    return {
      error: toStoreError(failure, { step: "put", secretId, kmsKeyId }, outcome),
      throttled: isThrottled(failure),
    };
  }
};

/** Remembers what the gate said, as the SDK may wrap or edit what is thrown through it. */
const watch = (gate: Gate) => {
  let left = false;
  let stopped: { readonly reason: unknown } | undefined;
  return {
    ask: (): void => {
      try {
        gate();
      } catch (reason) {
        stopped = { reason };
        throw new StoppedByGate();
      }
      left = true;
    },
    hasLeft: (): boolean => left,
    rethrowIfStopped: (): void => {
      if (stopped !== undefined) throw stopped.reason;
    },
  };
};

/** Full jitter under a doubling ceiling, as the SDK does it for throttling. */
const backOff = (attempt: number) =>
  milliseconds(Math.round(Math.random() * Math.min(20 * SECOND, SECOND * 2 ** (attempt - 1))));
