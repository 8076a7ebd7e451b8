import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsError } from "./aws-error.ts";
import { createFaultPicker, type FaultRule } from "./faults.ts";
import { type AwsAnswer, type AwsRequest, errorAnswer, readRequest, writeAnswer } from "./http.ts";
import { isWrite, operationNamed } from "./operations.ts";
import type { LoggedRequest } from "./request-log.ts";
import { holderOf } from "./state.ts";
import { createTimeline } from "./timeline.ts";
import { createWorld, type SecretsManagerWorld } from "./world.ts";

export interface SecretsManagerSimulator {
  readonly url: string;
  readonly world: SecretsManagerWorld;
  readonly log: LoggedRequest[];
  readonly faults: FaultRule[];
  /** Operations that IAM refuses. */
  readonly denied: Set<string>;
  /** Writes past this many in a second are throttled. */
  readonly throttle: { writesPerSecond?: number };
  /** What a consumer would read. */
  currentValue(name: string): string | undefined;
  close(): Promise<void>;
}

export interface SimulatorOptions {
  readonly clock?: { now(): Date };
  /** Of the `Date` in its answers, where it is not `clock`: the SDK takes one that is far from the machine's for a reason to try again. */
  readonly dateClock?: { now(): Date };
  readonly region?: string;
  readonly account?: string;
  readonly port?: number;
}

/** AWS Secrets Manager over HTTP on this machine, after what AWS documents and what others recorded of it. */
export const startSecretsManager = async (
  options: SimulatorOptions = {},
): Promise<SecretsManagerSimulator> => {
  const { clock = { now: () => new Date() }, region = "us-east-1", account = "123456789012" } = options;
  const { dateClock = clock } = options;
  const timeline = createTimeline(() => clock.now().getTime());
  const world = createWorld(timeline, region, account);
  const [log, faults, denied, throttle]: [LoggedRequest[], FaultRule[], Set<string>, Throttle] = [
    [],
    [],
    new Set(),
    {},
  ];
  const pickFault = createFaultPicker(faults);
  const isThrottled = createThrottle(throttle);

  const answerTo = (request: AwsRequest, staleMs: number): AwsAnswer => {
    const run = operationNamed(request.operation);
    if (run === undefined) throw new AwsError("UnknownOperationException", "No such operation.");
    if (!request.signed)
      throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
    if (denied.has(request.operation)) throw accessDenied(request, account);
    if (isWrite(request.operation) && isThrottled())
      throw new AwsError("ThrottlingException", "Rate exceeded");
    const call = { timeline, account, region: request.region, input: request.input };
    return { status: 200, body: run({ ...call, readAt: timeline.now() - staleMs }) };
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming, region);
    const ids = idsOf(request, timeline.find(request.region, secretIdOf(request) ?? "", timeline.now()));
    const logged: LoggedRequest = {
      operation: request.operation,
      secretId: secretIdOf(request),
      region: request.region,
      at: clock.now(),
      body: request.body,
      digest: request.digest,
    };
    log.push(logged);
    const { before, after, latencyMs, staleMs = 0, ...told } = pickFault(request.operation, ids);
    if (latencyMs !== undefined) await sleep(latencyMs);
    told.onArrival?.(request.operation);
    if (before === "reset") return void response.socket?.destroy();
    if (before === "hang") return;
    const answer = settle(() => {
      if (before !== undefined) {
        const { error, message = error, status } = before;
        throw new AwsError(error, typeof message === "string" ? message : message(request.input), status);
      }
      return answerTo(request, staleMs);
    }, logged);
    told.onCommitted?.(request.operation);
    if (after === "reset") return void response.socket?.destroy();
    if (after === "hang") return;
    writeAnswer(response, answer, { fault: after, now: dateClock.now() });
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      const failure =
        error instanceof AwsError ? error : new AwsError("InternalServiceError", String(error), 500);
      writeAnswer(response, errorAnswer(failure), { fault: undefined, now: dateClock.now() });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    log,
    faults,
    denied,
    throttle,
    currentValue: (name) => {
      const secret = world.secret(name);
      return secret === undefined ? undefined : holderOf(secret, "AWSCURRENT")?.value;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

interface Throttle {
  writesPerSecond?: number;
}

const settle = (run: () => AwsAnswer, logged: LoggedRequest): AwsAnswer => {
  try {
    const answer = run();
    logged.status = answer.status;
    return answer;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    logged.status = error.status;
    logged.errorName = error.name;
    return errorAnswer(error);
  }
};

/** Counts in real seconds, as the client's pace is real too. */
const createThrottle = (throttle: Throttle) => {
  let recent: number[] = [];
  return (): boolean => {
    const now = performance.now();
    recent = recent.filter((time) => now - time < 1000);
    if (recent.length >= (throttle.writesPerSecond ?? Number.POSITIVE_INFINITY)) return true;
    recent.push(now);
    return false;
  };
};

const secretIdOf = ({ input }: AwsRequest): string | undefined => input.SecretId ?? input.Name;

const idsOf = (
  request: AwsRequest,
  found: { readonly name: string; readonly arn: string } | undefined,
): readonly string[] => [secretIdOf(request), found?.name, found?.arn].filter((id) => id !== undefined);

const accessDenied = (request: AwsRequest, account: string): AwsError => {
  const action = `secretsmanager:${request.operation}`;
  const resource = secretIdOf(request);
  return new AwsError(
    "AccessDeniedException",
    `User: arn:aws:sts::${account}:assumed-role/rotator/session is not authorized to perform: ${action}${
      resource === undefined ? "" : ` on resource: ${resource}`
    } because no identity-based policy allows the ${action} action`,
  );
};
