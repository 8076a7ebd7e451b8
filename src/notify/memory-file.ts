import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";

/** Where what was told is kept for the next process. */
export interface MemoryFile {
  /** `undefined` when there is none yet. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

const MAX_BYTES = 64 * 1024 * 1024;

export const createMemoryFile = (path: string): MemoryFile => ({
  read: async () => {
    try {
      return await readBounded(path);
    } catch (error) {
      if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return undefined;
      throw error;
    }
  },
  // Whoever reads it sees the old one or the new one, whole.
  write: async (text) => {
    const aside = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(aside, `${text}\n`, { mode: 0o600, flag: "wx" });
      await rename(aside, path);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  },
});

const readBounded = async (path: string): Promise<string> => {
  const about = await stat(path);
  if (!about.isFile() || about.size > MAX_BYTES) throw new Error("no file, or far too large a one");
  return readFile(path, "utf8");
};
