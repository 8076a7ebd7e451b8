import { createConnections } from "./gitlab/connections.ts";
import { clockSkew } from "./gitlab/server-time.ts";
import { unanswered } from "./gitlab/unanswered.ts";
import { milliseconds, SECOND } from "./model/duration.ts";
import { Secret } from "./model/secret.ts";
import { PROBE_PATH, type UrlAnswer } from "./plan/doctor-url.ts";
import type { Program } from "./program.ts";
import type { Proxies } from "./settings.ts";

export interface Probed {
  readonly answer: UrlAnswer;
  /** Our clock less GitLab's, in milliseconds. */
  readonly skew: number | undefined;
}

const TIMEOUTS = {
  connect: milliseconds(10 * SECOND),
  headers: milliseconds(20 * SECOND),
  body: milliseconds(10 * SECOND),
};

/** Asks the API without our token, so that whatever answers at a wrong address never sees it. */
export const probeUrl = async (
  { clock }: Pick<Program, "clock">,
  { url, proxies }: { readonly url: string; readonly proxies: Proxies },
): Promise<Probed> => {
  const connections = createConnections({
    url,
    proxies,
    clock,
    token: new Secret("none"),
    requestsPerSecond: 1,
    concurrency: 1,
    timeouts: TIMEOUTS,
  });
  try {
    const sentAt = clock.monotonic();
    const headers = { accept: "application/json", "user-agent": "deploy-token-rotator" };
    const request = new connections.Request(`${url}${PROBE_PATH}`, { headers, redirect: "manual" });
    const response = await connections.fetchOnce(request);
    const roundTrip = clock.monotonic() - sentAt;
    const skew = clockSkew({ headers: response.headers, receivedAt: clock.now(), roundTrip });
    const answer = {
      kind: "answered",
      status: response.status,
      location: response.headers.get("Location") ?? undefined,
      json: objectOf(await response.text()),
    } as const;
    return { answer, skew };
  } catch (error) {
    const call = { route: "GET /metadata", subject: "GitLab", repeat: "always" } as const;
    return {
      answer: { kind: "unreachable", message: unanswered(call, error).failure.message },
      skew: undefined,
    };
  } finally {
    await connections.close();
  }
};

const objectOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};
