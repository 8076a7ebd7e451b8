import type { FaultRule } from "../support/secrets-manager/faults.ts";

/** What an error means for the request that met it. */
export type Kind =
  /** Secrets Manager itself said no, to what was asked. */
  | "refused"
  /** It said no to who asked. */
  | "denied"
  | "credentials"
  /** There is no such secret. */
  | "gone"
  /** Not carried out, and may be sent again. */
  | "throttled"
  /** Nobody knows. */
  | "unknown";

export interface AwsError {
  readonly name: string;
  readonly kind: Kind;
  readonly fault: Pick<FaultRule, "before" | "after">;
  readonly code: string;
  /** On the terminal. */
  readonly says: RegExp;
}

type Row = readonly [string, Kind, AwsError["fault"], string, RegExp];

const error = (name: string, message: string, status = 400): AwsError["fault"] => ({
  before: { error: name, message, status },
});

const INVALID = "ERR_SECRET_INVALID";
const DENIED = "ERR_SECRET_ACCESS_DENIED";
const CREDENTIALS = "ERR_SECRET_CREDENTIALS";
const THROTTLED = "ERR_SECRET_THROTTLED";
const UNAVAILABLE = "ERR_SECRET_UNAVAILABLE";

const refused = (name: string, message: string, says: RegExp = /refuses the request as it stands/): Row => [
  message.length > 60 ? `${name}: ${message.slice(0, 50)}…` : `${name}: ${message}`,
  "refused",
  error(name, message),
  INVALID,
  says,
];
const credentials = (name: string, message: string, says: RegExp): Row => [
  name,
  "credentials",
  error(name, message),
  CREDENTIALS,
  says,
];
const throttled = (name: string, status = 400): Row => [
  status === 400 ? name : `${status} ${name}`,
  "throttled",
  error(name, "Rate exceeded", status),
  THROTTLED,
  /Too many requests in this account and region/,
];
const unavailable = (status: number): Row => [
  `${status} InternalServiceError`,
  "unknown",
  { before: { error: "InternalServiceError", message: "An error occurred on the server side.", status } },
  UNAVAILABLE,
  /Check the network, the proxy and the endpoint/,
];

const DELETED = "You can't perform this operation on the secret because it was marked for deletion.";
const KEY = "Access to KMS is not allowed. This version of secret is not encrypted with the current KMS key.";
const NEW_KEYS = /AWS credentials that are still valid/;
const CLOCK = /AWS_SECRET_ACCESS_KEY and this machine's clock/;

const ROWS: readonly Row[] = [
  refused(
    "InvalidRequestException",
    "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
  ),
  refused("InvalidRequestException", DELETED),
  refused(
    "InvalidRequestException",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  ),
  refused("InvalidParameterException", "Operation not permitted on a replica secret."),
  refused("InvalidParameterException", "The parameter RemoveFromVersionId can't be empty."),
  refused("InvalidNextTokenException", "The NextToken value is invalid."),
  refused("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters"),
  refused("LimitExceededException", "You have exceeded the allowed number of versions."),
  refused(
    "PreconditionNotMetException",
    "The request failed because you did not complete all the prerequisites.",
  ),
  refused("MalformedPolicyDocumentException", "The resource policy has syntax errors."),
  [
    "ResourceNotFoundException",
    "gone",
    error("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    "ERR_SECRET_NOT_FOUND",
    /check store\.region/,
  ],
  refused("ResourceExistsException", "The operation failed because the secret already exists."),
  refused(
    "ResourceExistsException",
    "You can't use ClientRequestToken x because that value is already in use",
  ),
  [
    "AccessDeniedException",
    "denied",
    error("AccessDeniedException", "User: u is not authorized to perform that because no policy allows it"),
    DENIED,
    /Allow secretsmanager:\w+ in the IAM policy/,
  ],
  [
    "AccessDeniedException of KMS",
    "denied",
    error("AccessDeniedException", KEY),
    DENIED,
    /kms:GenerateDataKey/,
  ],
  ["DecryptionFailure", "denied", error("DecryptionFailure", "KMS cannot decrypt"), DENIED, /kms:Decrypt/],
  [
    "EncryptionFailure",
    "denied",
    error("EncryptionFailure", "KMS key is disabled"),
    DENIED,
    /key is enabled/,
  ],
  credentials("ExpiredTokenException", "The security token included in the request is expired", NEW_KEYS),
  credentials("UnrecognizedClientException", "The security token is invalid.", NEW_KEYS),
  credentials("MissingAuthenticationTokenException", "Missing Authentication Token", NEW_KEYS),
  credentials("IncompleteSignatureException", "Credential must have exactly 5 elements", NEW_KEYS),
  credentials("InvalidSignatureException", "The request signature does not match.", CLOCK),
  credentials("RequestTimeTooSkewedException", "The time is too far from the server's.", CLOCK),
  ...[
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
  ].map((name) => throttled(name)),
  throttled("Whatever", 429),
  ...[500, 502, 503, 504].map(unavailable),
  ["a reset connection", "unknown", { before: "reset" }, UNAVAILABLE, /Check the network/],
  ["200 with a login page", "unknown", { after: "html" }, UNAVAILABLE, /the answer is not JSON/],
  ["200 cut short", "unknown", { after: "truncate" }, UNAVAILABLE, /Check the network/],
  [
    "200 with other JSON",
    "unknown",
    { after: { status: 200 } },
    UNAVAILABLE,
    /Secrets Manager's answer to .* cannot be used/s,
  ],
];

export const AWS_ERRORS: readonly AwsError[] = ROWS.map(([name, kind, fault, code, says]) => ({
  name,
  kind,
  fault,
  code,
  says,
}));
