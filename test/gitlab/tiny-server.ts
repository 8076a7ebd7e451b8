import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from "node:net";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import type { GitLabOptions } from "../../src/gitlab/options.ts";
import { milliseconds } from "../../src/model/duration.ts";
import type { GitLabInspector } from "../../src/model/inspector.ts";
import type { GitLab } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Target } from "../../src/model/target.ts";
import { hastyClock } from "./gitlab-clock.ts";

export const PAT = "glpat-0123456789abcdefghij";
export const API: Target = { kind: "project", id: 42, path: "platform/api" };
export const PLATFORM: Target = { kind: "group", id: 7, path: "platform" };
export const T0 = new Date("2026-11-23T03:00:00Z");

export const tokenJson = {
  id: 4711,
  name: "registry-pull",
  username: "registry-pull",
  expires_at: "2027-02-21T02:55:47.000Z",
  scopes: ["read_registry"],
  revoked: false,
  expired: false,
};

export const aRequest = {
  name: "registry-pull",
  username: "registry-pull",
  scopes: ["read_registry"],
  expiresAt: new Date("2027-02-21T02:55:47Z"),
};

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export const atTheEnd = (cleanUp: () => Promise<unknown>): void => {
  cleanUps.push(cleanUp);
};

const listen = async (server: Server | SocketServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface TinyServer {
  readonly url: string;
  readonly received: Received[];
}

/** A server that answers as `listener` says, and notes what it was asked. */
export const tinyServer = async (listener: RequestListener): Promise<TinyServer> => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    received.push({ method, url, headers, body: await text(request) });
    listener(request, response);
  });
  const port = await listen(server);
  atTheEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${port}`, received };
};

/** A server below HTTP. */
export const socketServer = async (onConnection: (socket: Socket) => void): Promise<string> => {
  const sockets: Socket[] = [];
  const server = createSocketServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    onConnection(socket);
  });
  const port = await listen(server);
  atTheEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${port}`;
};

/** Answers one after the other, the last one for ever. */
export const inTurn = (...answers: RequestListener[]): RequestListener => {
  let turn = 0;
  return (request, response) => {
    answers[Math.min(turn, answers.length - 1)]!(request, response);
    turn += 1;
  };
};

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };

export const lastPage = { "X-Next-Page": "" };

export const aGitLab = (url: string, options: Partial<GitLabOptions> = {}): GitLab & GitLabInspector => {
  const gitlab = createGitLab({
    url,
    token: new Secret(PAT),
    clock: hastyClock(),
    requestsPerSecond: Number.POSITIVE_INFINITY,
    concurrency: 8,
    timeouts: { connect: milliseconds(2_000), headers: milliseconds(2_000), body: milliseconds(2_000) },
    ...options,
  });
  atTheEnd(() => gitlab.close());
  return gitlab;
};

/** The error that a promise is rejected with. */
export const failureFrom = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a failure");
};
