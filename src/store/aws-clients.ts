import type { SecretsManagerClient, SecretsManagerClientConfig } from "@aws-sdk/client-secrets-manager";
import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import { boundAnswers } from "./aws-bounded.ts";
import { readListsPlainly } from "./aws-plain-lists.ts";

export interface AwsTimeouts {
  readonly connection: Duration;
  /** Until the answer begins, and between two pieces of it. */
  readonly request: Duration;
}

export interface AwsClientOptions {
  /** Otherwise the SDK's own: `AWS_REGION`, or the profile's. */
  readonly region?: string | undefined;
  /** Otherwise the SDK's own: `AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL`, or AWS. */
  readonly endpoint?: string | undefined;
  readonly timeouts?: AwsTimeouts | undefined;
  /** Proxy variables; honoured from Node 22.21 and 24.5 on. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>> | undefined;
  readonly requestHandler?: SecretsManagerClientConfig["requestHandler"];
}

export interface AwsClients {
  readonly sdk: typeof import("@aws-sdk/client-secrets-manager");
  /** For whatever may be sent twice. */
  readonly retrying: SecretsManagerClient;
  /** For puts: every attempt's answer is seen. */
  readonly once: SecretsManagerClient;
  readonly region: () => Promise<string>;
  /** Bound a call as a whole: an answer that drips in never trips the other time-outs. */
  readonly bounded: { retrying(): CallOptions; once(): CallOptions };
  close(): void;
}

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

export const MAX_ATTEMPTS = 5;

const TIMEOUTS: AwsTimeouts = {
  connection: milliseconds(3 * SECOND),
  request: milliseconds(10 * SECOND),
};

/** The SDK is large, and a policy with the file store never needs it: so it is loaded here, and only here. */
export const createAwsClients = async (options: AwsClientOptions): Promise<AwsClients> => {
  const sdk = await import("@aws-sdk/client-secrets-manager");
  const { timeouts = TIMEOUTS } = options;
  const shared: SecretsManagerClientConfig = {
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    requestHandler: options.requestHandler ?? handlerOptions(timeouts, options.proxyEnv),
    retryMode: "standard",
  };
  const retrying = new sdk.SecretsManagerClient({ ...shared, maxAttempts: MAX_ATTEMPTS });
  const once = new sdk.SecretsManagerClient({
    ...shared,
    credentials: retrying.config.credentials,
    requestHandler: retrying.config.requestHandler,
    maxAttempts: 1,
  });
  for (const client of [retrying, once]) {
    // Nobody reads that log, and a copy of every answer is made for it.
    client.middlewareStack.remove("loggerMiddleware");
    readListsPlainly(client);
    boundAnswers(client);
  }
  const bound = (attempts: number): CallOptions => ({
    abortSignal: AbortSignal.timeout(2 * attempts * (timeouts.connection + timeouts.request)),
  });
  return {
    sdk,
    retrying,
    once,
    region: retrying.config.region,
    bounded: { retrying: () => bound(MAX_ATTEMPTS), once: () => bound(1) },
    close: () => {
      once.destroy();
      retrying.destroy();
    },
  };
};

/** `requestTimeout` alone only warns, so it is told to throw; `socketTimeout` sees a body that stops half-way. */
const handlerOptions = (
  timeouts: AwsTimeouts,
  proxyEnv: Readonly<Record<string, string | undefined>> | undefined,
) => {
  const agent = proxyEnv === undefined ? {} : { proxyEnv };
  return {
    connectionTimeout: timeouts.connection,
    requestTimeout: timeouts.request,
    socketTimeout: timeouts.request,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
};
