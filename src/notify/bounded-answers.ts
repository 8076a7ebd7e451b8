import type { SNSClient } from "@aws-sdk/client-sns";

const MAX_BYTES = 64 * 1024;

/** Reads each answer, a few hundred bytes of XML, within limits before the SDK parses it. */
export const boundAnswers = (client: SNSClient): void => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response: unknown = result.response;
      if (hasBody(response)) Object.assign(response, { body: await readBounded(response.body) });
      return result;
    },
    // Right behind the handler, before anything has looked at the body.
    { step: "deserialize", priority: "low", name: "boundAnswers" },
  );
};

interface WithBody {
  readonly body: AsyncIterable<Uint8Array>;
}

const hasBody = (response: unknown): response is WithBody =>
  typeof response === "object" &&
  response !== null &&
  "body" in response &&
  typeof response.body === "object" &&
  response.body !== null &&
  Symbol.asyncIterator in response.body;

const readBounded = async (body: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > MAX_BYTES) throw new Error("the answer is far too long");
    parts.push(part);
  }
  return Buffer.concat(parts);
};
