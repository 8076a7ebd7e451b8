import type { Dispatcher } from "undici";
import { NotificationError } from "../model/errors.ts";
import { scrub } from "../model/scrub.ts";
import type { Secret } from "../model/secret.ts";
import { safeText } from "../model/words.ts";
import { postFailure } from "./post-failure.ts";
import { askedWait } from "./retry-after.ts";

export interface Post {
  /** Slack's is a credential. */
  readonly url: Secret;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Sends JSON once, and takes any 2xx for success. Throws `NotificationError`. */
export type SendPost = (post: Post) => Promise<void>;

export const createSendPost =
  (dispatcher: Dispatcher): SendPost =>
  async ({ url, headers, body, signal }) => {
    const { origin, path, authorization } = addressOf(url);
    try {
      const response = await dispatcher.request({
        origin,
        path,
        method: "POST",
        headers: {
          "Content-Type": "application/json; charset=utf-8",
          "User-Agent": "deploy-token-rotator",
          ...authorization,
          ...headers,
        },
        body,
        signal,
      });
      await judge(response, url);
    } catch (error) {
      throw error instanceof NotificationError ? error : postFailure(error, origin);
    }
  };

/** Where a URL leads, without what may be secret in it. */
export const originOf = (url: Secret): string => addressOf(url).origin;

const addressOf = (secret: Secret) => {
  const text = secret.reveal().trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new NotificationError("what should be its URL is none, expected e.g. https://hooks.example.com/…", {
      mayPass: false,
    });
  const { origin, pathname, search, username, password } = url;
  const credentials = [username, password].map(decodeURIComponent).join(":");
  const authorization =
    credentials === ":" ? {} : { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
  return { origin, path: `${pathname}${search}`, authorization };
};

const judge = async ({ statusCode, headers, body }: Dispatcher.ResponseData, url: Secret): Promise<void> => {
  if (statusCode >= 200 && statusCode < 300) {
    // What it says beyond that nobody needs, and it may never end.
    drop(body);
    return;
  }
  const said = await beginningOf(body);
  const where = originOf(url);
  if (statusCode >= 300 && statusCode < 400)
    throw new NotificationError(
      `${where} answered ${statusCode}, a redirect, which is never followed: give the URL that it leads to`,
      { mayPass: false },
    );
  const words = said === "" ? "" : ` (${safeText(scrub(said, url))})`;
  throw new NotificationError(`${where} answered ${statusCode}${words}`, {
    mayPass: statusCode >= 500 || [408, 425, 429].includes(statusCode),
    wait: askedWait(headers["retry-after"], new Date()),
  });
};

const MAX_SAID = 200;

/** Destroying an unread body makes it fail, and nobody is left to care. */
const drop = (body: Dispatcher.ResponseData["body"]): void => void body.on("error", () => {}).destroy();

/** Slack's reason, such as `no_service`, is in the first bytes. */
const beginningOf = async (body: Dispatcher.ResponseData["body"]): Promise<string> => {
  const patience = setTimeout(() => drop(body), 1_000);
  let said = "";
  try {
    for await (const chunk of body) {
      said += String(chunk);
      if (said.length > MAX_SAID) break;
    }
  } catch {
    // What has come is all that there is.
  } finally {
    clearTimeout(patience);
    drop(body);
  }
  return said.slice(0, MAX_SAID).trim();
};
