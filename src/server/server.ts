import { isIPv6 } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Clock } from "../model/clock.ts";
import { SettingsError } from "../model/errors.ts";
import type { Overview } from "../model/overview.ts";
import type { Listen } from "../model/policy.ts";
import { createApp } from "./app.ts";
import { isLoopback } from "./host-check.ts";
import type { Metrics } from "./metrics.ts";

export interface ServerOptions {
  readonly listen: Listen;
  /** A snapshot of now; asked for with each request. */
  readonly overview: () => Overview;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, "now">;
  /** A request failed by our own fault, or the socket did; the server goes on. */
  readonly onError: (error: unknown) => void;
}

export interface RunningServer {
  /** With the port that was really taken. */
  readonly url: string;
  close(): Promise<void>;
}

/** How long a stop waits for answers under way. */
const CLOSE_WITHIN = 1_000;

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process listens there: stop it, or take another port",
  EACCES: "this user may not: take a port from 1024 on",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "nobody knows that name",
};

/** Health, metrics and the status page. Reads only. */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { listen, onError } = options;
  const app = createApp({ ...options, onlyLoopbackHosts: isLoopback(listen.host) });
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(listen, error)));
    server.listen(listen.port, listen.host, resolve);
  });
  server.on("error", onError);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  return {
    url: `http://${bracketed(listen.host)}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => {
          if ("closeAllConnections" in server) server.closeAllConnections();
        }, CLOSE_WITHIN);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        if ("closeIdleConnections" in server) server.closeIdleConnections();
      }),
  };
};

const bracketed = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

const cannotListen = ({ host, port }: Listen, error: NodeJS.ErrnoException): SettingsError => {
  const why = EXPLANATIONS[error.code ?? ""] ?? error.message;
  return new SettingsError(
    `server.listen: ${bracketed(host)}:${port} cannot be listened on (${error.code ?? "no code"}): ${why}`,
    { cause: error },
  );
};
