import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Clock } from "../model/clock.ts";
import { SECOND } from "../model/duration.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { AwsClients } from "./aws-clients.ts";
import { StoppedByGate } from "./aws-gate.ts";

interface Watch {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Tells of every attempt of both clients. */
export const watchRequests = ({ retrying, once }: AwsClients, watch: Watch): void => {
  watchClient(retrying, watch);
  watchClient(once, watch);
};

const watchClient = (client: SecretsManagerClient, { clock, telemetry }: Watch): void => {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const sentAt = clock.monotonic();
      const took = (status: number | undefined): void =>
        telemetry.request({
          system: "aws",
          route: (context.commandName ?? "unknown").replace(/Command$/, ""),
          status,
          seconds: (clock.monotonic() - sentAt) / SECOND,
        });
      try {
        const result = await next(args);
        took(statusOf(result.response));
        return result;
      } catch (error) {
        if (!(error instanceof StoppedByGate)) took(undefined);
        throw error;
      }
    },
    // Behind the SDK's retries, and before a refusal becomes an error.
    { step: "deserialize", priority: "low", name: "telemetry" },
  );
};

const statusOf = (response: unknown): number | undefined =>
  typeof response === "object" &&
  response !== null &&
  "statusCode" in response &&
  typeof response.statusCode === "number"
    ? response.statusCode
    : undefined;
