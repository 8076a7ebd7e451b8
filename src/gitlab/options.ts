import type { Clock } from "../model/clock.ts";
import { type Duration, milliseconds, SECOND } from "../model/duration.ts";
import type { Secret } from "../model/secret.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { Turn } from "../model/turn.ts";

export type Fetch = (request: Request) => Promise<Response>;

export interface Timeouts {
  readonly connect: Duration;
  /** From the request to the answer's first line. */
  readonly headers: Duration;
  /** Between two pieces of the answer. */
  readonly body: Duration;
}

/** As in the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY, which only `main.ts` reads. */
export interface Proxies {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

export interface GitLabOptions {
  /** Without a trailing slash; may hold a relative root. */
  readonly url: string;
  readonly token: Secret;
  readonly clock: Clock;
  readonly requestsPerSecond: number;
  readonly concurrency: number;
  readonly userAgent?: string;
  readonly timeouts?: Partial<Timeouts>;
  readonly proxies?: Proxies;
  readonly telemetry?: Telemetry | undefined;
  /** A pace that other processes share, in place of `requestsPerSecond`. */
  readonly turn?: Turn | undefined;
  /** Told until when a 429 holds everyone up, in milliseconds of the wall clock. */
  readonly onPause?: ((until: number) => void) | undefined;
  /** In place of the network, for tests. */
  readonly fetch?: Fetch;
}

/** GitLab gives a request 60 s before it gives up itself, and then says so: wait for that. */
export const TIMEOUTS: Timeouts = {
  connect: milliseconds(10 * SECOND),
  headers: milliseconds(65 * SECOND),
  body: milliseconds(30 * SECOND),
};
