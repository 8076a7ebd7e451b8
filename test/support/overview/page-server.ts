import type { Overview } from "../../../src/model/overview.ts";
import { createMetrics } from "../../../src/server/metrics.ts";
import { type RunningServer, startServer } from "../../../src/server/server.ts";
import { NOW } from "./sample.ts";

/** The real server over an overview that the test may exchange. */
export const startPageServer = async (
  overview: Overview | (() => Overview),
): Promise<RunningServer & { readonly errors: unknown[] }> => {
  const errors: unknown[] = [];
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    overview: typeof overview === "function" ? overview : () => overview,
    metrics: createMetrics(),
    clock: { now: () => NOW },
    onError: (error) => errors.push(error),
  });
  return { ...server, errors };
};
