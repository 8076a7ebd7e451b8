import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FailedOutcome } from "../model/errors.ts";
import { type FileDocument, parseDocument, renderDocument } from "./file-document.ts";
import { type FileStep, fromSystem, isErrno, refuse } from "./file-errors.ts";
import { flushFolder } from "./file-folder.ts";
import { isSecretFile } from "./file-name.ts";

const TEMPORARY = ".writing-";

/** `undefined` when there is no such file. One that is cut short or not ours throws: it is never taken for missing. */
export const readDocument = async (path: string, step: FileStep): Promise<FileDocument | undefined> => {
  const text = await readText(path, step);
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  if (document !== undefined) return document;
  throw refuse(
    step,
    "ERR_SECRET_UNAVAILABLE",
    `${path} is damaged, or not a file of this store. Restore it from a backup; to give its credential up, move it away.`,
  );
};

/** The paths of all secrets' files. */
export const listFiles = async (folder: string, step: FileStep): Promise<readonly string[]> => {
  try {
    return (await readdir(folder))
      .filter(isSecretFile)
      .sort()
      .map((file) => join(folder, file));
  } catch (error) {
    throw fromSystem(error, step, { path: folder, outcome: "refused" });
  }
};

export interface Replacement {
  readonly folder: string;
  readonly path: string;
  readonly document: FileDocument;
  /** The last moment at which nothing has happened yet; throws to leave it so. */
  readonly beforeCommit: () => Promise<void>;
}

/** Readers see the file before or the file after, and a power cut leaves one of the two. */
export const replaceDocument = async (replacement: Replacement, step: FileStep): Promise<void> => {
  const { folder, path } = replacement;
  const temporary = join(folder, `${TEMPORARY}${randomUUID()}`);
  const failed = (outcome: FailedOutcome) => (error: unknown) => {
    throw fromSystem(error, step, { path, outcome });
  };
  try {
    await writeDurably(temporary, renderDocument(replacement.document)).catch(failed("refused"));
    await replacement.beforeCommit();
    await rename(temporary, path).catch((error: unknown) => failed(outcomeOfRename(error))(error));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushFolder(folder).catch(failed("unknown"));
};

/** What a process that was killed left behind holds a credential. Only for the holder of the lock. */
export const removeLeftovers = async (folder: string, step: FileStep): Promise<void> => {
  try {
    const left = (await readdir(folder)).filter((file) => file.startsWith(TEMPORARY));
    await Promise.all(left.map((file) => rm(join(folder, file), { force: true })));
  } catch (error) {
    throw fromSystem(error, step, { path: folder, outcome: "refused" });
  }
};

/** The system says so before it begins; anything else (EIO) may have happened on the disk or not. */
const NEVER_RENAMED = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOENT", "EISDIR", "ENOTDIR"];

const outcomeOfRename = (error: unknown): FailedOutcome =>
  NEVER_RENAMED.some((code) => isErrno(error, code)) ? "refused" : "unknown";

const readText = async (path: string, step: FileStep): Promise<string | undefined> => {
  let file: FileHandle | undefined;
  try {
    // No symbolic link is followed, and a pipe in place of the file does not hold the pass up.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return await file.readFile("utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw fromSystem(error, step, { path, outcome: "refused" });
  } finally {
    await file?.close();
  }
  throw refuse(step, "ERR_SECRET_INVALID", `${path} is not a plain file. Move it away.`);
};

const writeDurably = async (path: string, text: string): Promise<void> => {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
};
