import type { Identity } from "./plan/doctor-store.ts";
import type { Program } from "./program.ts";
import { readFailure } from "./store/aws-failure.ts";

const CONNECTION = 3000;
const REQUEST = 10_000;

/** Who AWS takes us for. Needs no right at all. */
export const callerIdentity = async (
  { env }: Pick<Program, "env">,
  region: string | undefined,
): Promise<Identity> => {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const agent = { proxyEnv: env };
  const client = new STSClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: CONNECTION,
      requestTimeout: REQUEST,
      socketTimeout: REQUEST,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  try {
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(2 * (CONNECTION + REQUEST)),
    });
    return { account: Account ?? "unknown", arn: Arn ?? "unknown", region: await client.config.region() };
  } catch (error) {
    const { name, message } = readFailure(error);
    throw new Error(message === "" ? name : `${name}: ${message}`);
  } finally {
    client.destroy();
  }
};
