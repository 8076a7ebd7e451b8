import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { hasBody, readBounded } from "../model/bounded-body.ts";
import { isModestJson } from "../model/modest-json.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Reads each answer within limits before the SDK parses it. */
export const boundAnswers = (client: SecretsManagerClient): void => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response: unknown = result.response;
      if (hasBody(response)) Object.assign(response, { body: await readModest(response.body) });
      return result;
    },
    // Right behind the handler, before anything has looked at the body.
    { step: "deserialize", priority: "low", name: "boundAnswers" },
  );
};

const readModest = async (body: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const whole = await readBounded(body, MAX_BYTES);
  if (!isModestJson(whole.toString("utf8"))) throw new Error("the answer is far too large to be AWS's");
  return whole;
};
