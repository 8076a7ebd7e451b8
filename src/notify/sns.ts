import type { Digest } from "../model/digest.ts";
import { NotificationError } from "../model/errors.ts";
import { boundAnswers } from "./bounded-answers.ts";
import { plainText } from "./plain-text.ts";
import type { Delivery, Receiver } from "./receiver.ts";

export interface SnsOptions {
  readonly topicArn: string;
  readonly region: string;
  /** Proxy variables; honoured from Node 22.21 and 24.5 on. */
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  /** Of one attempt, in milliseconds. */
  readonly timeout: number;
}

const MAX_ATTEMPTS = 3;

/** The SDK is loaded with the first digest. It retries by itself. */
export const createSns = (options: SnsOptions): Receiver => {
  const open = async () => {
    const sdk = await import("@aws-sdk/client-sns");
    const agent = { proxyEnv: options.proxyEnv };
    const client = new sdk.SNSClient({
      region: options.region,
      maxAttempts: MAX_ATTEMPTS,
      retryMode: "standard",
      requestHandler: {
        connectionTimeout: options.timeout / 3,
        requestTimeout: options.timeout / 3,
        socketTimeout: options.timeout / 3,
        throwOnRequestTimeout: true,
        httpAgent: agent,
        httpsAgent: agent,
      },
    });
    boundAnswers(client);
    return { sdk, client };
  };
  let opened: ReturnType<typeof open> | undefined;
  return {
    address: () => options.topicArn,
    send: async (delivery) => {
      try {
        opened ??= open();
        const { sdk, client } = await opened;
        const command = new sdk.PublishCommand(publishInput(options.topicArn, delivery));
        await client.send(command, { abortSignal: delivery.signal });
      } catch (error) {
        throw snsFailure(error);
      }
    },
    close: () => void opened?.then(({ client }) => client.destroy()).catch(() => {}),
  };
};

const text = (value: string) => ({ DataType: "String", StringValue: value });

// 256 KiB at most, and a character may take three bytes, or six where a fifo topic's reader escapes it.
const MAX_MESSAGE = 40_000;

const publishInput = (topicArn: string, { id, digest }: Delivery) => ({
  TopicArn: topicArn,
  Subject: snsSubject(digest),
  Message: plainText(digest, MAX_MESSAGE),
  // For filter policies of subscriptions.
  MessageAttributes: { event: text(digest.event), severity: text(digest.severity) },
  ...(topicArn.endsWith(".fifo")
    ? { MessageGroupId: "deploy-token-rotator", MessageDeduplicationId: id }
    : {}),
});

/** SNS takes up to 100 printable ASCII characters. No text of others is in a title. */
export const snsSubject = (digest: Digest): string =>
  `deploy-token-rotator: ${digest.title}`.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 100);

/** AWS's messages may name accounts and roles, which helps; a credential is never in them. */
const snsFailure = (error: unknown): NotificationError => {
  const name = error instanceof Error ? error.name : typeof error;
  if (/^Credentials/.test(name))
    return new NotificationError("no AWS credentials for SNS: give them as for Secrets Manager", {
      mayPass: false,
    });
  const status: unknown =
    error instanceof Error ? Reflect.get(Reflect.get(error, "$metadata") ?? {}, "httpStatusCode") : undefined;
  if (typeof status !== "number" || status >= 500)
    return new NotificationError(
      `SNS cannot be reached, or did not answer in time (${codeOf(error) ?? name})`,
      {
        mayPass: false,
      },
    );
  const message = error instanceof Error ? error.message.slice(0, 300) : "";
  return new NotificationError(`SNS refused it: ${name}: ${message}; is sns:Publish allowed on the topic?`, {
    mayPass: false,
  });
};

const codeOf = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : undefined;
};
