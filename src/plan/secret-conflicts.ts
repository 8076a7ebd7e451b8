import { LINEAGE_TAG } from "../model/names.ts";
import type { SecretDescription } from "../model/ports.ts";
import { isValidSecretName } from "../policy/template.ts";
import type { Check, Conflict, ConflictInput } from "./conflict.ts";
import { minutes } from "./words.ts";

type SecretCheck = (secret: SecretDescription, input: ConflictInput) => Conflict | undefined;

const onSecret =
  (check: SecretCheck): Check =>
  (input) =>
    input.observed.secret.status === "found" ? check(input.observed.secret.description, input) : undefined;

const duplicateSecret: Check = ({ observed }) =>
  observed.secret.status === "duplicate"
    ? {
        reason: "DuplicateSecret",
        message: `several secrets carry this lineage's tag: ${observed.secret.names.join(", ")}; remove the tag ${LINEAGE_TAG} from all but the one that consumers read`,
      }
    : undefined;

const secretNameInvalid: Check = ({ lineage, observed }) =>
  observed.secret.status === "absent" && !isValidSecretName(lineage.secretName)
    ? {
        reason: "SecretNameInvalid",
        message: `${JSON.stringify(lineage.secretName)} is no name for a secret (1 to 512 of A-Z a-z 0-9 / _ + = . @ -, without "." or ".." between slashes); give the token a \`secret:\` of its own in the policy`,
      }
    : undefined;

const foreignTag = onSecret((secret, { account }) =>
  account.owner === "other"
    ? {
        reason: "ForeignSecret",
        message: `the secret ${secret.name} belongs to another lineage (${LINEAGE_TAG}: ${secret.tags[LINEAGE_TAG]}); give this token another \`secret:\``,
      }
    : undefined,
);

const secretPendingDeletion = onSecret((secret) =>
  secret.deletionDate === undefined
    ? undefined
    : {
        reason: "SecretPendingDeletion",
        message: `the secret ${secret.name} is scheduled for deletion (${minutes(secret.deletionDate)}); restore it, or give this token another \`secret:\``,
      },
);

const secretIsReplica = onSecret((secret) =>
  secret.isReplica
    ? {
        reason: "SecretIsReplica",
        message: `the secret ${secret.name} is a replica here; set \`store.region\` to its primary region`,
      }
    : undefined,
);

const secretRotationEnabled = onSecret((secret) =>
  secret.rotationEnabled
    ? {
        reason: "SecretRotationEnabled",
        message: `the secret ${secret.name} has a rotation of its own in AWS; cancel it, or give this token another \`secret:\``,
      }
    : undefined,
);

const secretOwnedByService = onSecret((secret) =>
  secret.owningService === undefined
    ? undefined
    : {
        reason: "SecretOwnedByService",
        message: `the secret ${secret.name} is managed by the AWS service ${secret.owningService}; give this token another \`secret:\``,
      },
);

const foreignValue = onSecret((secret, { account, lineage }) =>
  account.current.kind === "foreign" && !lineage.entry.adoptSecret
    ? {
        reason: "ForeignSecret",
        message: `the current value of the secret ${secret.name} was not stored by us; set \`adopt_secret: true\` to let it be replaced when the token is due, or give this token another \`secret:\``,
      }
    : undefined,
);

/** What may be wrong with the lineage's secret, in order. */
export const SECRET_CHECKS: readonly Check[] = [
  duplicateSecret,
  secretNameInvalid,
  foreignTag,
  secretPendingDeletion,
  secretIsReplica,
  secretRotationEnabled,
  secretOwnedByService,
  foreignValue,
];
