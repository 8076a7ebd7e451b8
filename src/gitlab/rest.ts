import createClient, { type Client } from "openapi-fetch";
import { SettingsError } from "../model/errors.ts";
import { scrub } from "../model/scrub.ts";
import type { Secret } from "../model/secret.ts";
import { boundedAnswer } from "./bounded-answer.ts";
import type { Connections } from "./connections.ts";
import type { Exchange, Sent } from "./exchange.ts";
import type { Fetch } from "./options.ts";
import type { paths } from "./schema.d.ts";

/** GitLab's REST API with our access token. */
export interface Rest {
  readonly client: Client<paths>;
  readonly exchange: Exchange;
  /** For what must be sent once: pass it as the call's `fetch`. */
  readonly fetchOnce: Fetch;
}

export interface RestOptions {
  readonly url: string;
  readonly token: Secret;
  readonly userAgent: string;
  readonly connections: Connections;
  readonly exchange: Exchange;
}

export const createRest = ({ url, token, userAgent, connections, exchange }: RestOptions): Rest => {
  // Such a value fails inside fetch, in an error whose text shows it.
  if (!/^[\x21-\x7e]+$/.test(token.reveal()))
    throw new SettingsError("GITLAB_TOKEN is empty or holds characters that no access token has");
  const authorized =
    (send: Fetch): Fetch =>
    async (request) => {
      request.headers.set("PRIVATE-TOKEN", token.reveal());
      return boundedAnswer(await send(request));
    };
  const client = createClient<paths>({
    baseUrl: `${url}/api/v4`,
    fetch: authorized(connections.fetch),
    Request: connections.Request,
    headers: { "User-Agent": userAgent },
    // fetch would carry PRIVATE-TOKEN along to whatever host a redirect names.
    redirect: "error",
  });
  return {
    client,
    exchange: (call, send) => exchange(call, () => send().then(without(token))),
    fetchOnce: authorized(connections.fetchOnce),
  };
};

/** What stands before GitLab may quote our own request in its refusal, and we quote refusals. */
const without =
  (token: Secret) =>
  (sent: Sent): Sent => {
    if (sent.error === undefined || sent.error === null) return sent;
    const { error } = sent;
    const scrubbed: unknown =
      typeof error === "string" ? scrub(error, token) : JSON.parse(scrub(JSON.stringify(error), token));
    return { ...sent, error: scrubbed };
  };
