import type { SNSClient } from "@aws-sdk/client-sns";
import { hasBody, readBounded } from "../model/bounded-body.ts";

const MAX_BYTES = 64 * 1024;

/** Reads each answer, a few hundred bytes of XML, within limits before the SDK parses it. */
export const boundAnswers = (client: SNSClient): void => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response: unknown = result.response;
      if (hasBody(response)) Object.assign(response, { body: await readBounded(response.body, MAX_BYTES) });
      return result;
    },
    // Right behind the handler, before anything has looked at the body.
    { step: "deserialize", priority: "low", name: "boundAnswers" },
  );
};
