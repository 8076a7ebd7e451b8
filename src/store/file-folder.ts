import { constants } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type FileStep, fromSystem, isErrno, refuse } from "./file-errors.ts";

const OTHERS = 0o077;

/** Whether the folder is there; throws when it is not ours alone, as its files hold credentials. */
export const checkFolder = async (folder: string, step: FileStep): Promise<boolean> => {
  const found = await stat(folder).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return undefined;
    throw fromSystem(error, step, { path: folder, outcome: "refused" });
  });
  if (found === undefined) return false;
  if (!found.isDirectory()) {
    throw refuse(step, "ERR_SECRET_INVALID", `${folder} is not a folder. Choose another store.path.`);
  }
  const own = process.getuid?.();
  if (own !== undefined && found.uid !== own) {
    throw refuse(
      step,
      "ERR_SECRET_ACCESS_DENIED",
      `${folder} belongs to user ${found.uid}, and this process is user ${own}. Run: chown ${own} '${folder}'`,
    );
  }
  if ((found.mode & OTHERS) !== 0) {
    throw refuse(
      step,
      "ERR_SECRET_ACCESS_DENIED",
      `${folder} is open to other users (mode ${(found.mode & 0o777).toString(8)}). Run: chmod 700 '${folder}'`,
    );
  }
  return true;
};

export const makeFolder = async (folder: string, step: FileStep): Promise<void> => {
  if (await checkFolder(folder, step)) return;
  try {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) await flushFolder(dirname(first));
  } catch (error) {
    throw fromSystem(error, step, { path: folder, outcome: "refused" });
  }
  await checkFolder(folder, step);
};

/** A fresh entry of a folder survives a power cut only once the folder itself is on the disk. */
export const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
