import pRetry, { AbortError } from "p-retry";
import type { Clock } from "../model/clock.ts";
import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import type { GitLabError } from "../model/errors.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { Answer, Call } from "./call.ts";
import { failureOf } from "./failure.ts";
import type { Limiter } from "./limiter.ts";
import { readRateLimit } from "./rate-limit.ts";
import { askedWait } from "./retry-after.ts";
import { serverTime } from "./server-time.ts";
import { unanswered } from "./unanswered.ts";

const REPEATS = 4;
const FIRST_WAIT = milliseconds(SECOND / 2);
const FIRST_WAIT_WHEN_LIMITED = milliseconds(10 * SECOND);

/** As openapi-fetch gives it. */
export interface Sent {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

export type Send = () => Promise<Sent>;

/** Sends within our limits, and again where the call allows it. Answers of 4xx are returned, but for 429. */
export type Exchange = (call: Call, send: Send) => Promise<Answer>;

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly telemetry?: Telemetry | undefined;
}

/** What one attempt came to, when it may be worth another. */
class FailedAttempt extends Error {
  readonly failure: GitLabError;
  readonly wait: Duration | undefined;

  constructor(failure: GitLabError, wait: Duration | undefined) {
    super(failure.message);
    this.failure = failure;
    this.wait = wait;
  }
}

const isLimited = ({ failure }: FailedAttempt): boolean => failure.code === "ERR_GITLAB_RATE_LIMITED";

interface Attempt {
  readonly call: Call;
  readonly send: Send;
  readonly attemptNumber: number;
  /** It was refused because of a limit, and goes before those that have not been sent yet. */
  readonly isAgain: boolean;
}

export const createExchange = ({ clock, limiter, telemetry }: ExchangeOptions): Exchange => {
  const attempt = async ({ call, send, attemptNumber, isAgain }: Attempt): Promise<Answer> => {
    const answer = await limiter.run(async (startedAt) => {
      const received = await ask({ call, send, clock, telemetry });
      // Here, while the slot is still ours: the next in the queue would be off before anybody else could say stop.
      if (received.status === 429)
        limiter.refuse(
          askedWait(received.headers, clock.now()) ?? backOff(FIRST_WAIT_WHEN_LIMITED, attemptNumber),
          startedAt,
        );
      else if (call.scope !== undefined) heed(received, startedAt);
      return received;
    }, isAgain);
    if (!isPassing(answer.status)) return answer;
    const failure = failureOf(call, answer);
    if (call.repeat === "unprocessed" && answer.status !== 429) throw new AbortError(failure);
    throw new FailedAttempt(failure, askedWait(answer.headers, clock.now()));
  };

  /** Of requests with our own access token only: what a new token's log-ins are counted towards is another quota. */
  const heed = ({ headers, receivedAt }: Answer, startedAt: number): void => {
    const limit = readRateLimit(headers, serverTime(headers) ?? receivedAt);
    if (limit !== undefined) limiter.heed(limit, startedAt);
  };

  /** A limit has paused everyone already; any other failure holds up only its own call. */
  const wait = async (failed: FailedAttempt, attemptNumber: number): Promise<void> => {
    if (!isLimited(failed)) await clock.sleep(failed.wait ?? backOff(FIRST_WAIT, attemptNumber));
  };

  return async (call, send) => {
    let isAgain = false;
    try {
      return await pRetry((attemptNumber) => attempt({ call, send, attemptNumber, isAgain }), {
        retries: REPEATS,
        minTimeout: 0,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (!(error instanceof FailedAttempt) || retriesLeft === 0) return;
          isAgain = isLimited(error);
          await wait(error, attemptNumber);
        },
        shouldRetry: ({ error }) => error instanceof FailedAttempt,
      });
    } catch (error) {
      throw error instanceof FailedAttempt ? error.failure : error;
    }
  };
};

interface Ask {
  readonly call: Call;
  readonly send: Send;
  readonly clock: Clock;
  readonly telemetry: Telemetry | undefined;
}

/** One request. Nothing may come between the gate and the send, or the gate would be answering for another moment. */
const ask = async ({ call, send, clock, telemetry }: Ask): Promise<Answer> => {
  try {
    call.gate?.();
  } catch (error) {
    throw new AbortError(error instanceof Error ? error : String(error));
  }
  const sentAt = clock.monotonic();
  const took = (status: number | undefined): void =>
    telemetry?.request({
      system: "gitlab",
      route: call.route,
      status,
      seconds: (clock.monotonic() - sentAt) / SECOND,
    });
  try {
    const { data, error, response } = await send();
    const { status, ok, headers } = response;
    took(status);
    return {
      status,
      ok,
      data,
      error,
      headers,
      receivedAt: clock.now(),
      roundTrip: clock.monotonic() - sentAt,
    };
  } catch (error) {
    took(undefined);
    const { failure, mayPass } = unanswered(call, error);
    if (mayPass && call.repeat === "always") throw new FailedAttempt(failure, undefined);
    throw new AbortError(failure);
  }
};

/** Failures that pass by themselves: a lock, a limit, a server in trouble. */
const isPassing = (status: number): boolean => status === 409 || status === 429 || status >= 500;

/** Doubles each time; the random half keeps many of us from coming back at once. */
const backOff = (first: Duration, attemptNumber: number): Duration =>
  milliseconds(Math.round(first * 2 ** (attemptNumber - 1) * (0.5 + Math.random() / 2)));
