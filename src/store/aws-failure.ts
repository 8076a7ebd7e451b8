/** What can be told of a thrown value without trusting its shape: `$response` and the like never travel on. */
export interface AwsFailure {
  readonly name: string;
  /** One line; empty where it might quote what was sent. */
  readonly message: string;
  /** The network's code, e.g. `ECONNREFUSED`. */
  readonly networkCode: string | undefined;
  /** Of an answer that Secrets Manager gave itself. */
  readonly status: number | undefined;
  readonly attempts: number;
}

export const readFailure = (error: unknown): AwsFailure => {
  const { name, message, code, $metadata, $fault } = fieldsOf(error);
  const answered = $fault !== undefined && $metadata?.requestId !== undefined;
  return {
    name: oneLine(name, MAX_NAME) || "Error",
    // A SyntaxError quotes the answer's body, and a proxy's page may quote the request.
    message: name === "SyntaxError" ? "the answer is not JSON" : oneLine(message, MAX_MESSAGE),
    // The SDK copies what stands in an answer onto the error, so only one without an answer has a code of the network's.
    networkCode: $fault === undefined && typeof code === "string" ? code : undefined,
    status: answered ? $metadata.httpStatusCode : undefined,
    attempts: $metadata?.attempts ?? 1,
  };
};

const THROTTLED = new Set([
  "BandwidthLimitExceeded",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "Throttling",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequestsException",
]);

/** Not processed, so it may be sent again. LimitExceededException is no throttling: waiting does not help. */
export const isThrottled = (failure: AwsFailure): boolean =>
  failure.status !== undefined && (THROTTLED.has(failure.name) || failure.status === 429);

/** The connection itself failed, so no byte of a request can have got through. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ERR_PROXY_TUNNEL"]);

/** Secrets Manager said no, or was never reached. `left`: the request had been handed to the network. */
export const surelyNotDone = (failure: AwsFailure, left: boolean): boolean =>
  !left ||
  (failure.status !== undefined && failure.status >= 400 && failure.status < 500) ||
  (failure.networkCode !== undefined && NEVER_CONNECTED.has(failure.networkCode));

const MAX_NAME = 100;
const MAX_MESSAGE = 500;

interface Fields {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $fault?: string;
  readonly $metadata?: {
    readonly requestId?: string;
    readonly httpStatusCode?: number;
    readonly attempts?: number;
  };
}

const fieldsOf = (error: unknown): Fields =>
  typeof error === "object" && error !== null ? (error as Fields) : {};

/** The SDK adds hints for developers on lines of their own. */
const oneLine = (said: unknown, length: number): string =>
  typeof said === "string" ? (said.split("\n", 1)[0] ?? "").slice(0, length).trim().replace(/\.$/, "") : "";
