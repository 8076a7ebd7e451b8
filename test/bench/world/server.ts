import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Counter } from "./counts.ts";

/** Where the bench asks a server what it saw, and has it start over. */
export const CONTROL = "/-/bench";

export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answer {
  readonly route: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Counted as refused: for a limit. */
  readonly refused?: boolean;
}

/** A world as it is since the last reset. */
export interface Site {
  answer(asked: Asked): Answer;
  readonly counter: Counter;
  /** What stands beside the counts. */
  extra?(): object;
}

export interface ServerOptions {
  /** Milliseconds by which every answer is late. */
  readonly latency: number;
  readonly open: () => Site;
}

const bodyOf = (request: IncomingMessage, use: (body: string) => void): void => {
  if (request.method === "GET" || request.method === "DELETE") {
    use("");
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => use(Buffer.concat(chunks).toString()));
};

const send = (response: ServerResponse, { status, headers, body = "" }: Answer): void => {
  response.writeHead(status, {
    ...headers,
    ...(status === 204 ? {} : { "Content-Length": Buffer.byteLength(body) }),
  });
  response.end(body);
};

/** Its port. Far cheaper than any client: no router, no checks, and a timer for the latency. */
export const listen = async ({ latency, open }: ServerOptions): Promise<number> => {
  let site = open();
  let usedBefore = process.cpuUsage();
  const control = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === "POST") {
      site = open();
      usedBefore = process.cpuUsage();
    }
    const { user, system } = process.cpuUsage(usedBefore);
    const body = JSON.stringify({
      ...site.counter.read(),
      ...site.extra?.(),
      cpuSeconds: (user + system) / 1_000_000,
    });
    send(response, { route: "", status: 200, headers: { "Content-Type": "application/json" }, body });
  };
  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    if (url === CONTROL) {
      control(request, response);
      return;
    }
    bodyOf(request, (body) => {
      const answer = site.answer({ method, url, headers, body });
      const key = `${method} ${url} ${headers["private-token"] ?? ""}`;
      if (answer.refused) site.counter.refused(answer.route, key);
      else {
        site.counter.answered(answer.route);
        site.counter.passed(key);
      }
      if (latency > 0) setTimeout(send, latency, response, answer);
      else send(response, answer);
    });
  });
  // A client's connection that idles while it works must not be cut under its next request.
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
};
