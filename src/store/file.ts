import type { Clock } from "../model/clock.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../model/names.ts";
import type { SecretDescription, SecretPut, SecretStore } from "../model/ports.ts";
import { listFiles, readDocument } from "./file-access.ts";
import { createChanger, findDocument } from "./file-change.ts";
import { emptyDocument, type FileDocument, withTags, withVersion } from "./file-document.ts";
import { type FileStep, refuse } from "./file-errors.ts";
import { checkFolder, makeFolder } from "./file-folder.ts";
import { fileOf, isSecretName } from "./file-name.ts";

export interface FileStoreOptions {
  readonly folder: string;
  readonly clock: Clock;
}

const MAX_BYTES = 65_536;

/**
 * A folder with one file for each secret, named after it (`%2f` for `/`), for those without AWS. A file is replaced as a
 * whole, so whoever opens it reads labels and values that belong together. The credential to use is the `value` of the
 * version that is labelled `AWSCURRENT`:
 *
 *     jq -r '.versions[] | select(.labels | index("AWSCURRENT")).value' FILE
 *     node -p 'JSON.parse(fs.readFileSync(0)).versions.find((v) => v.labels.includes("AWSCURRENT")).value' < FILE
 */
export const createFileStore = ({ folder, clock }: FileStoreOptions): SecretStore => {
  const change = createChanger(folder);
  return {
    list: () => listDocuments(folder),
    describe: async (secretId) => {
      const document = await find(folder, { step: "describe", secretId });
      return document === undefined ? undefined : toDescription(document);
    },
    versions: async (secretId) => {
      const step = { step: "versions", secretId } as const;
      return existing(await find(folder, step), step).versions.map((version) => version.id);
    },
    ensure: async (name, tags) => {
      const step = { step: "ensure", secretId: name } as const;
      checkName(name, step);
      await makeFolder(folder, step);
      await change({ name, step, edit: (found) => found ?? emptyDocument(name, tags, clock.now()) });
      return name;
    },
    record: async (secretId, tags, conditions) => {
      const step = { step: "record", secretId } as const;
      const gate = conditions?.gate;
      const edit = (found: FileDocument | undefined) => {
        const document = existing(found, step);
        if (conditions) checkRecord(document, conditions.over);
        return withTags(document, tags, clock.now());
      };
      await change({ name: secretId, step, edit, ...(gate && { gate }) });
    },
    put: async (secretId, put) => {
      const step = { step: "put", secretId } as const;
      checkPut(put, step);
      const edit = (found: FileDocument | undefined) => afterPut(existing(found, step), put, clock.now());
      await change({ name: secretId, step, edit, gate: put.gate });
    },
  };
};

const listDocuments = async function* (folder: string): AsyncGenerator<SecretDescription> {
  const step: FileStep = { step: "list" };
  if (!(await checkFolder(folder, step))) return;
  const unreadable: string[] = [];
  for (const path of await listFiles(folder, step)) {
    try {
      const document = await readListed(folder, path, step);
      if (document !== undefined && Object.hasOwn(document.tags, LINEAGE_TAG)) yield toDescription(document);
    } catch (error) {
      unreadable.push(error instanceof Error ? error.message : String(error));
    }
  }
  // Told at the end: one file that nobody can read must not hide the others.
  if (unreadable.length > 0) throw refuse(step, "ERR_SECRET_INVALID", unreadable.join(" "));
};

/** A copy of a secret's file under another name is no second secret. */
const readListed = async (
  folder: string,
  path: string,
  step: FileStep,
): Promise<FileDocument | undefined> => {
  const document = await readDocument(path, step);
  if (document === undefined || fileOf(folder, document.name) === path) return document;
  throw refuse(step, "ERR_SECRET_INVALID", `${path} holds the secret ${document.name}. Move it away.`);
};

const find = async (
  folder: string,
  step: FileStep & { readonly secretId: string },
): Promise<FileDocument | undefined> =>
  (await checkFolder(folder, step)) ? findDocument(folder, step.secretId, step) : undefined;

const existing = (document: FileDocument | undefined, step: FileStep): FileDocument => {
  if (document !== undefined) return document;
  throw refuse(step, "ERR_SECRET_NOT_FOUND", `There is no secret ${step.secretId}. Check store.path.`);
};

const toDescription = (document: FileDocument): SecretDescription => ({
  arn: document.name,
  name: document.name,
  versions: document.versions
    .filter(({ labels }) => labels.length > 0)
    .map(({ id, labels }) => ({ id, labels })),
  tags: document.tags,
  lastChangedAt: new Date(document.lastChangedAt),
  deletionDate: undefined,
  isReplica: false,
  rotationEnabled: false,
  owningService: undefined,
  replicasBehind: [],
});

/** Two processes that looked at the same time would each overwrite the other's record, its token's only trace. */
const checkRecord = ({ name, tags }: FileDocument, over: string | undefined): void => {
  if (tags[ROTATION_TAG] === over) return;
  throw refuse(
    { step: "record", secretId: name },
    "ERR_SECRET_UNAVAILABLE",
    `Another process has begun to rotate ${name} since this one looked. The next pass looks again.`,
  );
};

/** The same document when this very version is there already. */
const afterPut = (document: FileDocument, put: SecretPut, now: Date): FileDocument => {
  const value = put.value.reveal();
  const known = document.versions.find((version) => version.id === put.versionId);
  if (known === undefined) return withVersion(document, { id: put.versionId, value, now });
  if (known.value === value) return document;
  throw refuse(
    { step: "put", secretId: document.name },
    "ERR_SECRET_INVALID",
    `Secret ${document.name} has a version ${put.versionId} with another value already.`,
  );
};

const checkName = (name: string, step: FileStep): void => {
  if (isSecretName(name)) return;
  throw refuse(
    step,
    "ERR_SECRET_INVALID",
    `${JSON.stringify(name)} is no name for a secret: 1 to 512 of A-Z a-z 0-9 / _ + = . @ - are.`,
  );
};

const checkPut = ({ versionId, value }: SecretPut, step: FileStep): void => {
  if (versionId.length < 32 || versionId.length > 64) {
    throw refuse(step, "ERR_SECRET_INVALID", `A version id has 32 to 64 characters; ${versionId} does not.`);
  }
  const bytes = Buffer.byteLength(value.reveal(), "utf8");
  if (bytes > 0 && bytes <= MAX_BYTES) return;
  throw refuse(step, "ERR_SECRET_INVALID", `A value has 1 to ${MAX_BYTES} bytes; this one has ${bytes}.`);
};
