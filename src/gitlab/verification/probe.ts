import type { Credential } from "../../model/deploy-token.ts";
import type { Answer, Call } from "../call.ts";
import type { Connections } from "../connections.ts";
import type { Exchange } from "../exchange.ts";

/** What trying a credential in one place came to. */
export type Outcome =
  /** It logged in, and may do what its scope says. */
  | { readonly status: "accepted" }
  /** GitLab does not take it. */
  | { readonly status: "rejected"; readonly message: string }
  /** It logged in, and may not do what its scope says. */
  | { readonly status: "denied"; readonly message: string }
  /** The answer says nothing about it. */
  | { readonly status: "untried"; readonly message: string };

export const rejected = (message: string): Outcome => ({ status: "rejected", message });
export const denied = (message: string): Outcome => ({ status: "denied", message });
export const untried = (message: string): Outcome => ({ status: "untried", message });

/** A request to GitLab with a deploy token and nothing else; our own access token would prove nothing. */
export type LogIn = (call: LogInCall, credential: Credential) => Promise<Answer>;

export interface LogInCall {
  readonly route: string;
  readonly subject: string;
  /** After GitLab's URL, encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LogInOptions {
  readonly url: string;
  readonly userAgent: string;
  readonly connections: Connections;
  readonly exchange: Exchange;
}

export const createLogIn =
  ({ url, userAgent, connections, exchange }: LogInOptions): LogIn =>
  ({ route, subject, path, headers }, credential) => {
    const call: Call = { route, subject, repeat: "always" };
    return exchange(call, async () => {
      const request = new connections.Request(`${url}${path}`, {
        headers: { ...headers, "User-Agent": userAgent, Authorization: basic(credential) },
        redirect: "error",
      });
      const response = await connections.fetch(request);
      const text = await response.text();
      return response.ok ? { data: text, response } : { error: text, response };
    });
  };

const basic = ({ username, value }: Credential): string =>
  `Basic ${Buffer.from(`${username}:${value.reveal()}`, "utf8").toString("base64")}`;

/** A full path as the path of a URL. */
export const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** GitLab's filter against password guessing answers all of an address's log-ins alike, without looking at them. */
export const isBan = ({ status, error }: Answer): boolean =>
  status === 403 && typeof error === "string" && /^\s*(?:forbidden)?\s*$/i.test(error);
