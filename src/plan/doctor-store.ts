import type { DoctorCheck } from "../model/doctor.ts";
import { SecretStoreError } from "../model/errors.ts";
import { isValidSecretName } from "../policy/template.ts";
import { fail, notTried, pass, textOf, warn } from "./doctor-check.ts";
import type { Survey, SurveyedLineage } from "./doctor-survey.ts";
import type { Asked } from "./doctor-token.ts";

export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly region: string;
}

const CREDENTIALS =
  "Give this process AWS credentials that are valid: a role (ECS, EKS, EC2), AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";

/** `storeAnswers`: Secrets Manager took the credentials, whatever STS says. */
export const judgeIdentity = (asked: Asked<Identity>, storeAnswers: boolean): DoctorCheck => {
  if ("error" in asked) {
    const said = textOf(asked.error);
    if (storeAnswers)
      return warn(
        "aws-identity",
        `STS does not say who we are (${said}), but Secrets Manager takes the credentials.`,
        "Nothing needs STS but this check.",
      );
    const fix = /region is missing/i.test(said)
      ? "Set store.region in the policy, or AWS_REGION (AWS_DEFAULT_REGION is not read)."
      : CREDENTIALS;
    return fail("aws-identity", `AWS does not say who we are: ${said}.`, fix);
  }
  const { account, arn, region } = asked.value;
  const message = `We are ${arn} (account ${account}); the secrets are in the region ${region}.`;
  return /:root$/.test(arn)
    ? warn(
        "aws-identity",
        `${message} That is the account's root user.`,
        "Use a role with deploy/iam-policy.json.",
      )
    : pass("aws-identity", message);
};

/** Each right that reading alone proves; `undefined` where it is proved. */
export interface RightsFacts {
  readonly list: unknown;
  readonly describe: unknown;
  readonly versions: unknown;
  /** The two were asked of a made-up name, which a narrow IAM policy need not allow. */
  readonly guessed: boolean;
  readonly kmsKeyId: string | undefined;
}

const POLICY = "Compare the role's IAM policy with deploy/iam-policy.json.";

export const judgeRights = (facts: RightsFacts): readonly DoctorCheck[] => {
  const problems = [
    listProblem(facts.list),
    ...[facts.describe, facts.versions].map((error) => nameProblem(error, facts.guessed)),
  ].flatMap((found) => found ?? []);
  const reading = problems.length === 0 ? "ListSecrets, DescribeSecret and ListSecretVersionIds work. " : "";
  const kms = facts.kmsKeyId === undefined ? "" : `, nor kms:GenerateDataKey and kms:Decrypt on the key`;
  const message = `${reading}CreateSecret, TagResource and PutSecretValue were not tried, as only writing proves them${kms}. GetSecretValue is neither needed nor tried.`;
  return [...problems, pass("aws-rights", message, POLICY)];
};

const problem = (error: unknown): DoctorCheck | undefined =>
  error === undefined ? undefined : fail("aws-rights", textOf(error), isDenied(error) ? POLICY : undefined);

const nameProblem = (error: unknown, guessed: boolean): DoctorCheck | undefined =>
  guessed && isDenied(error)
    ? warn(
        "aws-rights",
        `${textOf(error)} It was asked of a name that does not exist, so that need not mean the policy's own.`,
        POLICY,
      )
    : problem(error);

const isDenied = (error: unknown): error is SecretStoreError =>
  error instanceof SecretStoreError && error.code === "ERR_SECRET_ACCESS_DENIED";

/** A refusal alone leaves a pass able to look up the policy's names. */
const listProblem = (error: unknown): DoctorCheck | undefined => {
  if (!isDenied(error)) return problem(error);
  return warn(
    "aws-rights",
    `${error.message} Without it each secret is looked up by its name, and tokens made by hand are kept until they expire.`,
    POLICY,
  );
};

export interface FolderFacts {
  readonly folder: string;
  readonly exists: boolean;
  /** Why it cannot be used. */
  readonly problem: string | undefined;
  readonly fix?: string | undefined;
}

export const judgeFolder = ({ folder, exists, problem: why, fix }: FolderFacts): DoctorCheck => {
  if (why !== undefined) return fail("store", why, fix);
  return exists
    ? pass("store", `The folder ${folder} is ours alone and can be written to.`)
    : pass("store", `The folder ${folder} does not exist yet, and can be made.`);
};

/** What makes a lineage's secret one that is never touched. */
const ABOUT_SECRETS: readonly string[] = [
  "ForeignSecret",
  "SecretPendingDeletion",
  "SecretIsReplica",
  "SecretRotationEnabled",
  "SecretOwnedByService",
  "DuplicateSecret",
];

/** `looked`: the store was asked, too. */
export const judgeSecretNames = ({ targets, unread }: Survey, looked: boolean): readonly DoctorCheck[] => {
  const isRead = ({ listError }: Survey["targets"][number]): boolean => listError === undefined;
  if (!targets.some(isRead) && targets.length + unread.length > 0) return [notTried("secret-names", "role")];
  const all = targets.flatMap(({ lineages }) => lineages);
  const open = all.filter(({ hasSecret }) => !hasSecret);
  const problems = [
    ...open.filter(({ lineage }) => !isValidSecretName(lineage.secretName)).map(invalid),
    ...collisions(open),
    ...all.flatMap(conflicts),
  ];
  if (problems.length > 0) return problems;
  const seen = looked ? "no two meet, and none is another's" : "no two meet; the store could not be asked";
  const message = `${all.length} secret name${all.length === 1 ? "" : "s"} looked at: ${seen}.`;
  return [looked ? pass("secret-names", message) : warn("secret-names", message)];
};

const OWN_SECRET = "Give the token a `secret:` of its own in the policy.";

const ofLineage = ({ lineage: { target, token } }: SurveyedLineage): string =>
  `${target.kind} ${target.path}, token ${token}`;

const invalid = (one: SurveyedLineage): DoctorCheck =>
  fail(
    "secret-names",
    `${ofLineage(one)}: ${JSON.stringify(one.lineage.secretName)} is no name for a secret (1 to 512 of A-Z a-z 0-9 / _ + = . @ -, without "." or ".." between slashes).`,
    OWN_SECRET,
  );

const collisions = (open: readonly SurveyedLineage[]): readonly DoctorCheck[] => {
  const byName = new Map<string, SurveyedLineage[]>();
  for (const one of open) {
    const { secretName } = one.lineage;
    byName.set(secretName, [...(byName.get(secretName) ?? []), one]);
  }
  return [...byName].flatMap(([name, lineages]) =>
    lineages.length < 2
      ? []
      : fail(
          "secret-names",
          `${lineages.length} tokens come to the secret ${name}: ${lineages.slice(0, 3).map(ofLineage).join("; ")}${lineages.length > 3 ? "; …" : ""}.`,
          "Give each a `secret:` of its own in the policy: none of them would be rotated.",
        ),
  );
};

const conflicts = (one: SurveyedLineage): readonly DoctorCheck[] => {
  const { conflict, error } = one;
  if (error !== undefined) return [fail("secret-names", `${ofLineage(one)}: ${textOf(error)}`)];
  if (conflict === undefined || !ABOUT_SECRETS.includes(conflict.reason)) return [];
  return [fail("secret-names", `${ofLineage(one)}: ${conflict.message}.`)];
};
