import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Call, flatHeaders, type LoggedRequest, readBody } from "./call.ts";
import type { After, Before, FaultQueue } from "./faults.ts";

export interface ServerOptions {
  readonly now: () => Date;
  readonly faults: FaultQueue;
  readonly log: LoggedRequest[];
  readonly relativeRoot: string;
  routeOf(method: string, pathname: string): string;
  handle(call: Call): Answer | Promise<Answer>;
  /** The answer that a throttle gives. */
  throttled(kind: Extract<Before, `429-${string}`>, call: Call): Answer;
}

export interface RunningServer {
  readonly origin: string;
  close(): Promise<void>;
}

type Delivery = Exclude<After, object> | "whole";
interface Fate {
  readonly answer: Answer;
  readonly delivery: Delivery;
}

const NOTHING: Answer = { status: 0 };

const arrived = async (request: IncomingMessage, options: ServerOptions): Promise<Call> => {
  const url = request.url ?? "/";
  const root = options.relativeRoot;
  const inside = url.startsWith(`${root}/`);
  const path = inside ? url.slice(root.length) : url;
  const [pathname = "", query = ""] = path.split(/\?(.*)/s);
  const method = request.method ?? "GET";
  const route = inside ? options.routeOf(method, pathname) : "";
  const body = await readBody(request);
  const headers = flatHeaders(request);
  return { method, path, pathname, root, query: new URLSearchParams(query), headers, body, route };
};

const instead = (before: Before, call: Call, options: ServerOptions): Fate => {
  if (typeof before === "object") return { answer: before.respond, delivery: "whole" };
  if (before === "reset" || before === "hang") return { answer: NOTHING, delivery: before };
  return { answer: options.throttled(before, call), delivery: "whole" };
};

const carriedOut = (answer: Answer, after: After | undefined, call: Call): Fate =>
  typeof after === "object"
    ? { answer: "alter" in after ? after.alter(answer, call) : after.respond, delivery: "whole" }
    : { answer, delivery: after ?? "whole" };

const decide = async (call: Call, options: ServerOptions): Promise<Fate> => {
  const rule = options.faults.take(call);
  if (rule?.latencyMs !== undefined) await sleep(rule.latencyMs);
  await rule?.onArrival?.(call);
  const before = rule?.before ?? (rule?.respond && { respond: rule.respond });
  if (before !== undefined) return instead(before, call, options);
  const answer = await options.handle(call);
  const late = rule ?? options.faults.take(call, answer.status);
  if (late !== rule && late?.latencyMs !== undefined) await sleep(late.latencyMs);
  await late?.onCommitted?.(call);
  return carriedOut(answer, late?.after, call);
};

const stamp = (response: ServerResponse, { now, faults }: ServerOptions): void => {
  response.sendDate = false;
  const age = faults.ageSeconds;
  if (age !== undefined) response.setHeader("Age", String(age));
  const date = new Date(now().getTime() + faults.clockOffsetMs - (age ?? 0) * 1_000);
  if (!faults.noDate) response.setHeader("Date", date.toUTCString());
};

const send = (response: ServerResponse, { answer, delivery }: Fate, head: boolean): void => {
  const body = Buffer.from(answer.body ?? "", "utf8");
  const empty = answer.status === 204 || answer.status === 304;
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    response.setHeader(name, Array.isArray(value) ? [...value] : (value as string));
  }
  if (!empty) response.setHeader("Content-Length", body.length);
  response.writeHead(answer.status);
  if (delivery === "whole") response.end(head || empty ? undefined : body);
  else
    response.write(body.subarray(0, body.length / 2), () => {
      if (delivery === "truncate") response.socket?.destroy();
    });
};

const serve = async (
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const call = await arrived(request, options);
  const { method, path, route, headers, body } = call;
  const entry: LoggedRequest = { method, path, route, status: undefined, at: options.now(), headers, body };
  options.log.push(entry);
  const fate = await decide(call, options);
  if (fate.delivery === "hang") return;
  if (fate.delivery === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  entry.status = fate.answer.status;
  stamp(response, options);
  send(response, fate, method === "HEAD");
};

/** A client that hung up in the middle of its request is no failure of the server; everything else is loud. */
const failed = (response: ServerResponse, error: unknown): void => {
  if (response.destroyed || response.socket?.destroyed !== false) return;
  response.writeHead(500, { "content-type": "text/plain", connection: "close" });
  response.end(`the simulator failed: ${error instanceof Error ? error.stack : String(error)}`);
};

export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const server = createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => failed(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
