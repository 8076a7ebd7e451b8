import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "./aws-error.ts";
import type { Input } from "./call.ts";
import type { FaultEffect } from "./faults.ts";

export interface AwsRequest {
  readonly operation: string;
  readonly region: string;
  readonly signed: boolean;
  readonly input: Input;
  readonly body: Readonly<Record<string, unknown>>;
  readonly digest: string;
}

export interface AwsAnswer {
  readonly status: number;
  readonly body: unknown;
}

const CONTENT_TYPE = "application/x-amz-json-1.1";
const CREDENTIAL =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/secretsmanager\/aws4_request,.*Signature=/;

export const readRequest = async (request: IncomingMessage, ownRegion: string): Promise<AwsRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const scope = CREDENTIAL.exec(request.headers.authorization ?? "");
  const input = parse(bytes);
  const { SecretString: _value, ...body } = input as Record<string, unknown>;
  return {
    operation: String(request.headers["x-amz-target"] ?? "").replace(/^secretsmanager\./, ""),
    region: scope?.[1] ?? ownRegion,
    signed: scope !== null && request.headers["x-amz-date"] !== undefined,
    input,
    body,
    digest: createHash("sha256").update(bytes).digest("hex"),
  };
};

export const errorAnswer = (error: AwsError): AwsAnswer => ({
  status: error.status,
  body: { __type: error.name, Message: error.message, message: error.message },
});

/** Writes the answer, or what the fault makes of it. */
export const writeAnswer = (
  response: ServerResponse,
  answer: AwsAnswer,
  { fault, now }: { readonly fault: FaultEffect["after"]; readonly now: Date },
): void => {
  const text = JSON.stringify(answer.body);
  response.setHeader("x-amzn-requestid", randomUUID());
  response.setHeader("date", now.toUTCString());
  response.setHeader("content-type", CONTENT_TYPE);
  if (fault === "truncate" || fault === "stall") {
    response.setHeader("content-length", Buffer.byteLength(text) + 1);
    response.writeHead(answer.status);
    response.write(text.slice(0, -1));
    if (fault === "truncate") setImmediate(() => response.socket?.destroy());
  } else if (fault === "html") {
    response.setHeader("content-type", "text/html");
    response.writeHead(200);
    response.end("<html><body>Please sign in to the proxy</body></html>");
  } else if (typeof fault === "object") {
    response.writeHead(fault.status);
    response.end(JSON.stringify({ __type: "InternalServiceError", Message: "Internal failure" }));
  } else {
    response.writeHead(answer.status);
    response.end(text);
  }
};

const parse = (bytes: Buffer): Input => {
  try {
    return bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as Input);
  } catch {
    throw new AwsError("SerializationException", "The body is not JSON.");
  }
};
