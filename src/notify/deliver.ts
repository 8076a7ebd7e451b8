import type { Clock } from "../model/clock.ts";
import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import { NotificationError } from "../model/errors.ts";
import type { Delivery, Receiver } from "./receiver.ts";

export interface DeliverOptions {
  readonly clock: Clock;
  /** Of one attempt. */
  readonly deadline: Duration;
  readonly attempts: number;
  /** Ends everything. */
  readonly stop: AbortSignal;
  /** Whether there is something newer to say, so that this need not be tried again. */
  readonly isSuperseded: () => boolean;
}

const FIRST_WAIT = milliseconds(SECOND);

/** Sends until it arrives, at most a few times. Throws the last `NotificationError`. */
export const deliver = async (
  receiver: Receiver,
  delivery: Omit<Delivery, "signal">,
  options: DeliverOptions,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await attemptOnce(receiver, delivery, options);
      return;
    } catch (error) {
      const failure = failureOf(error);
      if (!failure.mayPass || attempt >= options.attempts || options.isSuperseded()) throw failure;
      await pause(failure, attempt, options);
    }
  }
};

const attemptOnce = async (
  receiver: Receiver,
  delivery: Omit<Delivery, "signal">,
  { deadline, stop }: DeliverOptions,
): Promise<void> => {
  const late = AbortSignal.timeout(deadline);
  const signal = AbortSignal.any([late, stop]);
  const ended = abortion(signal, () =>
    stop.aborted
      ? new NotificationError("the process ends, and the receiver had not answered yet", { mayPass: false })
      : new NotificationError(`no answer within ${deadline / SECOND} s`, { mayPass: true }),
  );
  try {
    // Not every step heeds a signal: looking for AWS credentials does not.
    await Promise.race([receiver.send({ ...delivery, signal }), ended.promise]);
  } finally {
    ended.forget();
  }
};

const abortion = (signal: AbortSignal, errorOf: () => Error) => {
  let listener = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    listener = () => reject(errorOf());
    if (signal.aborted) listener();
    else signal.addEventListener("abort", listener, { once: true });
  });
  promise.catch(() => {});
  return { promise, forget: () => signal.removeEventListener("abort", listener) };
};

const failureOf = (error: unknown): NotificationError =>
  error instanceof NotificationError
    ? error
    : new NotificationError(`an unexpected error (${error instanceof Error ? error.name : typeof error})`, {
        mayPass: false,
      });

/** 1 s, 4 s: the random half keeps many of us from coming back at once. */
const pause = async (
  failure: NotificationError,
  attempt: number,
  { clock, stop }: DeliverOptions,
): Promise<void> => {
  const backOff = FIRST_WAIT * 4 ** (attempt - 1) * (0.5 + Math.random() / 2);
  try {
    await clock.sleep(milliseconds(Math.round(failure.wait ?? backOff)), stop);
  } catch {
    throw failure;
  }
};
