import type { SecretsManagerClient, ServiceOutputTypes } from "@aws-sdk/client-secrets-manager";

interface Page {
  readonly SecretList: readonly unknown[];
}

interface ReadResponse {
  readonly statusCode: number;
  readonly body: Uint8Array;
}

const LIST = "ListSecretsCommand";
const NOTHING = Buffer.from("{}");

const isRead = (response: unknown): response is ReadResponse =>
  typeof response === "object" &&
  response !== null &&
  "statusCode" in response &&
  response.statusCode === 200 &&
  "body" in response &&
  response.body instanceof Uint8Array;

/** `undefined` for whatever is no page: the SDK says what is wrong with that. */
const pageFrom = ({ body }: ReadResponse): Page | undefined => {
  try {
    const page: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    const isPage =
      typeof page === "object" && page !== null && "SecretList" in page && Array.isArray(page.SecretList);
    return isPage ? (page as Page) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Hands pages of ListSecrets on as they are parsed, dates as the seconds that they are sent as. The SDK takes each member of
 * each secret through a schema of its own, which checks nothing, and `ANSWERS` does it again: that was a third of what a page
 * cost. The SDK is given an empty answer to read; it signs and retries as ever. To be called before `boundAnswers`, whose
 * answers this takes: of two in one place the first stands outside.
 */
export const readListsPlainly = ({ middlewareStack }: SecretsManagerClient): void => {
  const pages = new WeakMap<object, Page>();
  middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { response } = result;
      const page = context["commandName"] === LIST && isRead(response) ? pageFrom(response) : undefined;
      if (page !== undefined) {
        pages.set(response as object, page);
        Object.assign(response as object, { body: NOTHING });
      }
      return result;
    },
    { step: "deserialize", priority: "low", name: "takePage" },
  );
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const page = pages.get(result.response as object);
      if (page === undefined) return result;
      return { ...result, output: { ...page, $metadata: result.output?.$metadata } as ServiceOutputTypes };
    },
    { step: "deserialize", priority: "high", name: "handOnPage" },
  );
};
