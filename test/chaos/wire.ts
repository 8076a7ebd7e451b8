import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TIMES } from "./times.ts";

/** One request of one child, from its arrival on. */
export interface Exchange {
  readonly child: string;
  readonly system: "gitlab" | "aws";
  readonly method: string;
  readonly path: string;
  /** Of Secrets Manager. */
  readonly operation: string;
  readonly body: string;
  readonly arrivedAt: number;
}

export interface WireOptions {
  readonly child: string;
  readonly origins: { readonly gitlab: string; readonly aws: string | undefined };
  /** How long a request or an answer travels. */
  readonly latency: () => number;
  /** True: the answer never comes, and the connection stays. */
  readonly swallows: () => boolean;
  /** False: the network loses the request. */
  readonly onArrived: (exchange: Exchange) => boolean;
  /** The simulator has done with it, whatever becomes of the answer. */
  readonly onSettled: (exchange: Exchange, status: number | undefined) => void;
}

/** What one child takes for GitLab and for AWS: so its requests can be told from the others', delayed, lost and cut off. */
export interface Wire {
  readonly url: string;
  /** The listening socket is closed and every connection cut, until `restore` opens the same port again. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly whole: boolean;
}

const bodyOf = async (incoming: IncomingMessage): Promise<{ body: Buffer; whole: boolean }> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return { body: Buffer.concat(chunks), whole: true };
  } catch {
    return { body: Buffer.concat(chunks), whole: false };
  }
};

const forward = (incoming: IncomingMessage, origin: string, body: Buffer): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    const { method, rawHeaders } = incoming;
    const outgoing = httpRequest(
      `${origin}${incoming.url}`,
      { method, headers: rawHeaders, agent: false },
      (answer) => {
        const { statusCode: status = 0, rawHeaders: headers } = answer;
        void bodyOf(answer).then((read) => resolve({ status, headers, ...read }));
      },
    );
    outgoing.once("error", () => resolve(undefined)).end(body);
  });

/** `undefined` for a signature that AWS would still take. */
const staleSignature = (incoming: IncomingMessage): Answer | undefined => {
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(incoming.headers["x-amz-date"] ?? "")) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const signedAt = Date.parse(
    `${date}T${time}Z`.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (Date.now() - signedAt < TIMES.signature) return undefined;
  const body = JSON.stringify({ __type: "InvalidSignatureException", message: "Signature expired" });
  return {
    status: 400,
    headers: ["content-type", "application/x-amz-json-1.1"],
    body: Buffer.from(body),
    whole: true,
  };
};

const deliver = (response: ServerResponse, { status, headers, body, whole }: Answer): void => {
  response.writeHead(status, [...headers]);
  if (whole) response.end(body);
  else response.write(body, () => response.socket?.destroy());
};

export const openWire = async (options: WireOptions): Promise<Wire> => {
  const { child, origins, latency, swallows, onArrived, onSettled } = options;
  const carry = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read = await bodyOf(incoming);
    if (!read.whole) return;
    const target = incoming.headers["x-amz-target"];
    const exchange: Exchange = {
      child,
      system: target === undefined ? "gitlab" : "aws",
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      operation: String(target ?? "").replace(/^secretsmanager\./, ""),
      body: read.body.toString("utf8"),
      arrivedAt: Date.now(),
    };
    if (!onArrived(exchange)) return void response.socket?.destroy();
    await sleep(latency());
    const origin = origins[exchange.system];
    const answer =
      staleSignature(incoming) ??
      (origin === undefined ? undefined : await forward(incoming, origin, read.body));
    onSettled(exchange, answer?.status);
    if (swallows()) return;
    await sleep(latency());
    if (answer === undefined) response.socket?.destroy();
    else deliver(response, answer);
  };
  const server = createServer((incoming, response) => void carry(incoming, response));
  server.on("clientError", (_, socket) => socket.destroy());
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  let closed = false;
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    restore: async () => {
      if (!closed) await listen(port);
    },
    close: async () => {
      closed = true;
      if (server.listening) await cut();
    },
  };
};
