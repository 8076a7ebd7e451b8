import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { milliseconds } from "../model/duration.ts";
import { SettingsError } from "../model/errors.ts";
import { type Fetch, type GitLabOptions, type Proxies, TIMEOUTS, type Timeouts } from "./options.ts";
import { createPlainFetch, RequestClass } from "./plain-fetch.ts";

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface Connections {
  /** Over connections that are kept open. */
  readonly fetch: Fetch;
  /** Over a connection of its own, so that no stale one can lose the request, and never a second time. */
  readonly fetchOnce: Fetch;
  /** The class that `fetch` takes. */
  readonly Request: typeof Request;
  close(): Promise<void>;
}

export const createConnections = (options: GitLabOptions): Connections => {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const proxy = proxyFor(options.url, options.proxies ?? {});
  const keptOpen = createDispatcher({ timeouts, proxy, keepAlive: true });
  const fresh = createDispatcher({ timeouts, proxy, keepAlive: false });
  const timeout = milliseconds(timeouts.connect + timeouts.headers + timeouts.body);
  return {
    fetch: createPlainFetch(keptOpen, { maxBytes: MAX_ANSWER_BYTES, timeout }),
    fetchOnce: createPlainFetch(fresh, { maxBytes: MAX_ANSWER_BYTES, timeout }),
    Request: RequestClass,
    close: async () => {
      await Promise.all([keptOpen.destroy(), fresh.destroy()]);
    },
  };
};

interface Proxy {
  readonly uri: string;
  readonly noProxy: string;
}

const proxyFor = (url: string, { httpProxy, httpsProxy, noProxy }: Proxies): Proxy | undefined => {
  const uri = new URL(url).protocol === "https:" ? httpsProxy : httpProxy;
  if (uri === undefined || uri === "") return undefined;
  return { uri: uri.includes("://") ? uri : `http://${uri}`, noProxy: noProxy ?? "" };
};

interface DispatcherSettings {
  readonly timeouts: Timeouts;
  readonly proxy: Proxy | undefined;
  readonly keepAlive: boolean;
}

const createDispatcher = ({ timeouts, proxy, keepAlive }: DispatcherSettings): Dispatcher => {
  const settings = {
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    maxResponseSize: MAX_ANSWER_BYTES,
    // HTTP/2 may send a request again by itself after a GOAWAY; creating must not.
    allowH2: false,
    ...(keepAlive ? {} : { pipelining: 0 }),
  };
  if (proxy === undefined) return new Agent(settings);
  try {
    // Both are given, always: what is absent here, undici would take from the environment.
    return new EnvHttpProxyAgent({
      ...settings,
      httpProxy: proxy.uri,
      httpsProxy: proxy.uri,
      noProxy: proxy.noProxy,
    });
  } catch {
    // The error's text would show the proxy's password.
    throw new SettingsError(
      "HTTP_PROXY or HTTPS_PROXY is not a URL: expected e.g. http://proxy.example.com:3128",
    );
  }
};
