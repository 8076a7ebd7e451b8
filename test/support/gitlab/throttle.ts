import type { Answer, Call } from "../http/call.ts";
import type { Before } from "../http/faults.ts";
import { json, text } from "./answers.ts";

const PERIOD_SECONDS = 60;

export interface RateLimit {
  readonly perMinute: number;
}

export interface Throttle {
  /** Counts the request: the headers to add to its answer, or the refusal. */
  admit(call: Call): { readonly headers: Record<string, string>; readonly refusal?: Answer };
  refuse(kind: Extract<Before, `429-${string}`>): Answer;
}

const who = (call: Call): string =>
  call.headers["private-token"] ?? call.headers["authorization"] ?? call.headers["deploy-token"] ?? "";

/** Rack::Attack's own answer is plain text, GitLab's application limits speak JSON. */
export const createThrottle = (now: () => Date, limit: RateLimit | undefined): Throttle => {
  const seen = new Map<string, number>();
  const seconds = (): number => Math.floor(now().getTime() / 1_000);
  // Windows are fixed and aligned to the epoch.
  const wait = (): number => PERIOD_SECONDS - (seconds() % PERIOD_SECONDS);
  const headersFor = (name: string, perMinute: number, observed: number): Record<string, string> => ({
    "RateLimit-Limit": String(perMinute),
    "RateLimit-Name": name,
    "RateLimit-Observed": String(observed),
    "RateLimit-Remaining": String(Math.max(0, perMinute - observed)),
    "RateLimit-Reset": String(seconds() + wait()),
  });
  const plain = (headers: Record<string, string>): Answer =>
    text(429, "Retry later\n", {
      ...headers,
      "Content-Type": "text/plain",
      "Retry-After": String(wait()),
      "RateLimit-ResetTime": new Date((seconds() + wait()) * 1_000).toUTCString(),
    });
  const admit: Throttle["admit"] = (call) => {
    if (limit === undefined || !call.path.startsWith("/api/")) return { headers: {} };
    const name = who(call) === "" ? "throttle_unauthenticated_api" : "throttle_authenticated_api";
    const key = `${Math.floor(seconds() / PERIOD_SECONDS)} ${name} ${who(call)}`;
    const observed = (seen.get(key) ?? 0) + 1;
    seen.set(key, observed);
    const headers = headersFor(name, limit.perMinute, observed);
    return observed > limit.perMinute ? { headers, refusal: plain(headers) } : { headers };
  };
  const refuse: Throttle["refuse"] = (kind) => {
    const perMinute = limit?.perMinute ?? 7_200;
    if (kind === "429-plain")
      return plain(headersFor("throttle_authenticated_api", perMinute, perMinute + 1));
    if (kind === "429-plain-without-retry-after")
      return text(429, "Retry later\n", { "Content-Type": "text/plain" });
    if (kind === "429-generic")
      return json(429, { message: "429 Too Many Requests" }, { "Retry-After": "60" });
    const words = "This endpoint has been requested too many times. Try again later.";
    return json(429, { message: { error: words } });
  };
  return { admit, refuse };
};
