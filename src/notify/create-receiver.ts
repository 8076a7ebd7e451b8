import type { Clock } from "../model/clock.ts";
import { NotificationError } from "../model/errors.ts";
import type { ReceiverSettings, SecretSource } from "../model/policy.ts";
import { Secret } from "../model/secret.ts";
import type { Proxies } from "./connections.ts";
import type { SendPost } from "./post.ts";
import type { Receiver } from "./receiver.ts";

export interface Surroundings {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of a path as the policy gives it. */
  readonly readFile: (path: string) => Uint8Array;
  readonly proxies: Proxies;
  /** Of one attempt, in milliseconds. */
  readonly timeout: number;
}

/** What a receiver's type does not need is never loaded. */
export const createReceiver = async (settings: ReceiverSettings, around: Surroundings): Promise<Receiver> => {
  const { clock, env, proxies, timeout } = around;
  if (settings.type === "sns") {
    const { createSns } = await import("./sns.ts");
    return createSns({ topicArn: settings.topicArn, region: settings.region, proxyEnv: env, timeout });
  }
  const { createDispatcher } = await import("./connections.ts");
  const { createSendPost } = await import("./post.ts");
  const dispatcher = createDispatcher(proxies, timeout);
  const receiver = await overHttp(settings, { clock, post: createSendPost(dispatcher), around });
  return {
    ...receiver,
    close: () => void dispatcher.destroy().catch(() => {}),
  };
};

interface Means {
  readonly clock: Clock;
  readonly post: SendPost;
  readonly around: Surroundings;
}

const overHttp = async (
  settings: Exclude<ReceiverSettings, { readonly type: "sns" }>,
  { clock, post, around }: Means,
): Promise<Receiver> => {
  const { url } = settings;
  const address = () => (url.from === "policy" ? new Secret(url.url) : reveal(url, around));
  if (settings.type === "slack") {
    const { createSlack } = await import("./slack.ts");
    return createSlack({ url: address, post });
  }
  const { createWebhook } = await import("./webhook.ts");
  const source = settings.secret;
  return createWebhook({ url: address, secret: source && (() => reveal(source, around)), post, clock });
};

/** Read each time, because mounted files are replaced when a secret changes. */
const reveal = (source: SecretSource, { env, readFile }: Surroundings): Secret => {
  const value = source.from === "env" ? env[source.name] : readText(source.path, readFile);
  const text = value?.trim() ?? "";
  if (text !== "") return new Secret(text);
  throw new NotificationError(
    source.from === "env"
      ? `the environment variable ${source.name}, which the policy names, is not set`
      : `the file ${source.path}, which the policy names, is empty`,
    { mayPass: false },
  );
};

const readText = (path: string, readFile: Surroundings["readFile"]): string => {
  try {
    return Buffer.from(readFile(path)).toString("utf8");
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    throw new NotificationError(
      `the file ${path}, which the policy names, cannot be read (${String(code ?? "no reason given")})`,
      { mayPass: false },
    );
  }
};
