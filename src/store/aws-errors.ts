import {
  type FailedOutcome,
  SecretStoreError,
  type SecretStoreErrorCode,
  type SecretStoreStep,
} from "../model/errors.ts";
import { type AwsFailure, isThrottled } from "./aws-failure.ts";

export interface AwsStep {
  readonly step: SecretStoreStep;
  readonly secretId?: string | undefined;
  readonly kmsKeyId?: string | undefined;
}

/** The IAM action behind each step. */
const ACTIONS = {
  list: "secretsmanager:ListSecrets",
  describe: "secretsmanager:DescribeSecret",
  versions: "secretsmanager:ListSecretVersionIds",
  ensure: "secretsmanager:CreateSecret",
  record: "secretsmanager:TagResource",
  put: "secretsmanager:PutSecretValue",
} as const satisfies Record<SecretStoreStep, string>;

/** By name, as AWS tells its errors apart; tried in order. */
const NAMES: readonly (readonly [RegExp, SecretStoreErrorCode])[] = [
  [/^ResourceNotFoundException$/, "ERR_SECRET_NOT_FOUND"],
  [/^AccessDenied|^UnauthorizedOperation$|^NotAuthorized/, "ERR_SECRET_ACCESS_DENIED"],
  [/^(?:Decryption|Encryption)Failure|^KMS/, "ERR_SECRET_ACCESS_DENIED"],
  [/^Expired|^RequestExpired$|^UnrecognizedClient|^InvalidClientTokenId/, "ERR_SECRET_CREDENTIALS"],
  [/^MissingAuthenticationToken|^IncompleteSignature|^OptInRequired/, "ERR_SECRET_CREDENTIALS"],
  [/^InvalidSignature|^SignatureDoesNotMatch|^RequestTimeTooSkewed/, "ERR_SECRET_CREDENTIALS"],
  [/^CredentialsProviderError$|^TokenProviderError$|^InvalidIdentityToken/, "ERR_SECRET_CREDENTIALS"],
];

/** A foreign error in our words: what, where, what to do. The SDK's own object is not kept, as it holds the request. */
export const toStoreError = (
  failure: AwsFailure,
  step: AwsStep,
  outcome: FailedOutcome,
): SecretStoreError => {
  const code = codeOf(failure);
  const where = step.secretId === undefined ? "" : ` for secret ${step.secretId}`;
  const what = failure.message === "" ? failure.name : `${failure.name}: ${failure.message}`;
  return new SecretStoreError(
    `${ACTIONS[step.step]} failed${where}: ${what}. ${adviceFor(code, failure, step)}`,
    {
      code,
      step: step.step,
      secretId: step.secretId,
      outcome,
    },
  );
};

const codeOf = (failure: AwsFailure): SecretStoreErrorCode => {
  if (isThrottled(failure)) return "ERR_SECRET_THROTTLED";
  if (isRegionMissing(failure)) return "ERR_SECRET_CREDENTIALS";
  const named = NAMES.find(([pattern]) => pattern.test(failure.name));
  if (named !== undefined) return named[1];
  const { status } = failure;
  return status !== undefined && status >= 400 && status < 500
    ? "ERR_SECRET_INVALID"
    : "ERR_SECRET_UNAVAILABLE";
};

const isRegionMissing = ({ message }: AwsFailure): boolean => /^Region is missing/.test(message);

const adviceFor = (code: SecretStoreErrorCode, failure: AwsFailure, step: AwsStep): string => {
  switch (code) {
    case "ERR_SECRET_ACCESS_DENIED":
      return isAboutKey(failure)
        ? keyAdvice(step)
        : `Allow ${ACTIONS[step.step]} in the IAM policy of this role.`;
    case "ERR_SECRET_CREDENTIALS":
      return credentialsAdvice(failure);
    case "ERR_SECRET_NOT_FOUND":
      return "It may have been deleted, or live in another region or account: check store.region.";
    case "ERR_SECRET_INVALID":
      return "Secrets Manager refuses the request as it stands; sending it again does not help.";
    case "ERR_SECRET_THROTTLED":
      return "Too many requests in this account and region; the next pass tries again.";
    case "ERR_SECRET_UNAVAILABLE":
      return "Check the network, the proxy and the endpoint; the next pass tries again.";
    default:
      return code satisfies never;
  }
};

const isAboutKey = ({ name, message }: AwsFailure): boolean =>
  /^(?:Decryption|Encryption)Failure|^KMS/.test(name) || /\bKMS\b|\bkms:/.test(message);

const keyAdvice = ({ kmsKeyId }: AwsStep): string =>
  `Allow kms:GenerateDataKey and kms:Decrypt on ${
    kmsKeyId === undefined ? "the secret's KMS key" : `the KMS key ${kmsKeyId}`
  } in the IAM policy and in the key's own policy, and check that the key is enabled.`;

const credentialsAdvice = (failure: AwsFailure): string => {
  if (isRegionMissing(failure)) {
    return "Set store.region in the policy, or AWS_REGION (AWS_DEFAULT_REGION is not read).";
  }
  if (/^InvalidSignature|^SignatureDoesNotMatch|^RequestTimeTooSkewed|^RequestExpired/.test(failure.name)) {
    return "Check AWS_SECRET_ACCESS_KEY and this machine's clock.";
  }
  return "Give this process AWS credentials that are still valid: a role (ECS, EKS, EC2), AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
};
