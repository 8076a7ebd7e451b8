import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { NotificationError } from "../model/errors.ts";

/** As the environment gives them. */
export interface Proxies {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** Follows no redirect, and keeps no connection open between two passes. */
export const createDispatcher = (proxies: Proxies, timeout: number): Dispatcher => {
  const settings = {
    connect: { timeout },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    maxResponseSize: MAX_ANSWER_BYTES,
    keepAliveTimeout: 1_000,
    allowH2: false,
  };
  const [httpProxy, httpsProxy] = [withScheme(proxies.httpProxy), withScheme(proxies.httpsProxy)];
  if (httpProxy === "" && httpsProxy === "") return new Agent(settings);
  try {
    // All are given, always: what is absent here, undici would take from the environment.
    return new EnvHttpProxyAgent({ ...settings, httpProxy, httpsProxy, noProxy: proxies.noProxy ?? "" });
  } catch {
    // The error's text would show the proxy's password.
    throw new NotificationError("HTTP_PROXY or HTTPS_PROXY is not a URL", { mayPass: false });
  }
};

const withScheme = (uri: string | undefined): string =>
  uri === undefined || uri === "" || uri.includes("://") ? (uri ?? "") : `http://${uri}`;
