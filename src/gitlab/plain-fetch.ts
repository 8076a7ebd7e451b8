import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Dispatcher } from "undici";
import type { Duration } from "../model/duration.ts";
import type { Fetch } from "./options.ts";

/** What little of `Request` there is to a call of ours: the real one costs as much as sending it. */
class PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: string;
  readonly body: string | undefined;

  constructor(url: string, init: RequestInit = {}) {
    this.url = url;
    this.method = init.method ?? "GET";
    this.headers = init.headers instanceof Headers ? init.headers : new Headers(init.headers);
    this.redirect = init.redirect ?? "follow";
    this.body = typeof init.body === "string" ? init.body : undefined;
  }
}

/** For whom wants the class of the requests that a plain fetch takes. */
export const RequestClass = PlainRequest as unknown as typeof Request;

interface FetchSettings {
  readonly maxBytes: number;
  /** For the whole: other time-outs start afresh with each byte, so a trickle would pass them for ever. */
  readonly timeout: Duration;
}

/**
 * `fetch` with what we need of it only: it hands the request to the dispatcher once, whatever comes back, and never follows a
 * redirect, which would take our access token along. The answer is read to its end, within bounds.
 */
export const createPlainFetch =
  (dispatcher: Dispatcher, settings: FetchSettings): Fetch =>
  async (request) => {
    const answer = await exchange(dispatcher, request as unknown as PlainRequest, settings.timeout);
    if (REDIRECTS.has(answer.status) && request.redirect !== "manual") throw new Error("unexpected redirect");
    const get = (name: string): string | null => {
      const value = answer.headers[name.toLowerCase()];
      return value === undefined ? null : String(value);
    };
    const text = decoder.decode(await unpacked(answer, settings.maxBytes));
    const ok = answer.status >= 200 && answer.status < 300;
    return { status: answer.status, ok, headers: { get }, text: async () => text } as unknown as Response;
  };

const decoder = new TextDecoder();
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

const exchange = (dispatcher: Dispatcher, request: PlainRequest, timeout: Duration): Promise<Received> =>
  new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(request.url);
    const parts: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let head: Omit<Received, "body"> | undefined;
    let tooLate: Error | undefined;
    const timer = setTimeout(() => {
      tooLate = new Error("timeout of the whole request");
      reject(tooLate);
      controller?.abort(tooLate);
    }, timeout).unref();
    request.headers.set("Accept-Encoding", "gzip");
    const options: Dispatcher.DispatchOptions = {
      origin,
      path: `${pathname}${search}`,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers as unknown as Iterable<[string, string]>,
      body: request.body ?? null,
    };
    dispatcher.dispatch(options, {
      onRequestStart: (started) => {
        controller = started;
        if (tooLate !== undefined) started.abort(tooLate);
      },
      onResponseStart: (_, status, headers) => {
        head = { status, headers };
      },
      onResponseData: (_, part) => {
        parts.push(part);
      },
      onResponseEnd: () => {
        clearTimeout(timer);
        if (head === undefined) reject(new Error("an answer without a head"));
        else resolve({ ...head, body: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts) });
      },
      onResponseError: (_, error) => {
        clearTimeout(timer);
        reject(error);
      },
    });
  });

const gunzipped = promisify(gunzip);

/** Some proxies pack what was not asked for; what comes out of it has the same bound. */
const unpacked = async ({ headers, body }: Received, maxBytes: number): Promise<Uint8Array> =>
  headers["content-encoding"] === "gzip" && body.length > 0
    ? gunzipped(body, { maxOutputLength: maxBytes })
    : body;
