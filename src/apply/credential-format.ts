import type { Format } from "../model/policy.ts";
import { Secret } from "../model/secret.ts";

/** The bytes that consumers read. Stable for the same input, because Secrets Manager compares them. */
export const formatCredential = (format: Format, username: string, value: Secret): Secret => {
  switch (format) {
    case "json":
      return new Secret(JSON.stringify({ username, password: value.reveal() }));
    case "plain":
      return value;
    default:
      return format satisfies never;
  }
};
