import { join } from "node:path";
import PQueue from "p-queue";
import type { Gate } from "../model/clock.ts";
import { readDocument, removeLeftovers, replaceDocument } from "./file-access.ts";
import type { FileDocument } from "./file-document.ts";
import { type FileStep, fromSystem, refuse } from "./file-errors.ts";
import { checkFolder } from "./file-folder.ts";
import { acquireLock, type FileLock } from "./file-lock.ts";
import { fileOf } from "./file-name.ts";

export interface FileChange {
  readonly name: string;
  readonly step: FileStep;
  /** Returns what it was given when there is nothing to change. */
  readonly edit: (found: FileDocument | undefined) => FileDocument;
  /** Asked when all is written but the name. */
  readonly gate?: Gate;
}

/** Reads, edits and replaces one secret's file at a time, in this process and among all that share the folder. */
export const createChanger = (folder: string) => {
  const queue = new PQueue({ concurrency: 1 });
  return (change: FileChange): Promise<void> =>
    queue.add(async () => {
      // Without a folder there is no secret: the edit knows what to say.
      if (!(await checkFolder(folder, change.step))) return void change.edit(undefined);
      const lock = await lockFolder(folder, change.step);
      try {
        await changeLocked(folder, lock, change);
      } finally {
        await lock.release().catch(() => undefined);
      }
    });
};

/** The secret's document; throws when the file names another secret, e.g. after it was copied. */
export const findDocument = async (
  folder: string,
  name: string,
  step: FileStep,
): Promise<FileDocument | undefined> => {
  const path = fileOf(folder, name);
  const document = await readDocument(path, step);
  if (document === undefined || document.name === name) return document;
  throw refuse(step, "ERR_SECRET_INVALID", `${path} holds the secret ${document.name}. Move it away.`);
};

const changeLocked = async (
  folder: string,
  lock: FileLock,
  { name, step, edit, gate }: FileChange,
): Promise<void> => {
  await removeLeftovers(folder, step);
  const before = await findDocument(folder, name, step);
  const document = edit(before);
  if (document === before) return;
  const beforeCommit = async (): Promise<void> => {
    if (!(await lock.isHeld())) {
      throw refuse(
        step,
        "ERR_SECRET_UNAVAILABLE",
        `${folder}: another process took the lock over while this one stood still. The next pass tries again.`,
      );
    }
    gate?.();
  };
  await replaceDocument({ folder, path: fileOf(folder, name), document, beforeCommit }, step);
};

const lockFolder = async (folder: string, step: FileStep): Promise<FileLock> => {
  const path = join(folder, ".lock");
  try {
    return await acquireLock(path);
  } catch (error) {
    throw fromSystem(error, step, { path, outcome: "refused" });
  }
};
