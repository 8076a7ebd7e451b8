import { type Bucket, createBucket } from "./bucket.ts";
import type { Answer } from "./server.ts";

export interface Limit {
  /** Requests a second. */
  readonly rate: number;
  readonly burst: number;
  /** Recent versions tell how much is left in every answer, older ones only in a refusal. */
  readonly tells: "always" | "refusals";
}

/** Answers within the limit, and refuses beyond it, as Rack::Attack does. */
export const limitedBy = (limit: Limit | undefined): ((answer: () => Answer) => Answer) => {
  if (limit === undefined) return (answer) => answer();
  const bucket = createBucket(limit.rate, limit.burst);
  return (answer) => {
    if (!bucket.take()) return refusal(bucket);
    const given = answer();
    return limit.tells === "always"
      ? { ...given, headers: { ...given.headers, ...limitHeaders(bucket) } }
      : given;
  };
};

/** As of a window that ends with the second in which there is something again. */
const limitHeaders = (bucket: Bucket): Record<string, string> => {
  const limit = Math.ceil(bucket.rate * 60);
  const left = bucket.left();
  return {
    "RateLimit-Limit": String(limit),
    "RateLimit-Name": "throttle_authenticated_api",
    "RateLimit-Observed": String(limit - left),
    "RateLimit-Remaining": String(left),
    "RateLimit-Reset": String(Math.ceil(Date.now() / 1_000 + bucket.wait())),
  };
};

const refusal = (bucket: Bucket): Answer => {
  const wait = Math.max(1, Math.ceil(bucket.wait()));
  return {
    route: "(refused)",
    status: 429,
    refused: true,
    headers: {
      ...limitHeaders(bucket),
      "Content-Type": "text/plain",
      "Retry-After": String(wait),
      "RateLimit-ResetTime": new Date(Date.now() + wait * 1_000).toUTCString(),
    },
    body: "Retry later\n",
  };
};
