import { appendFile, chmod, readFile, rename, stat } from "node:fs/promises";
import { z } from "zod";
import { SettingsError } from "./model/errors.ts";
import type { PassRecord } from "./model/history.ts";

/** Passes that the daemon remembers. */
const REMEMBERED = 50;
/** A file that has grown past this is put aside as `FILE.1`, in place of the one before. */
const MAX_BYTES = 5_000_000;

const time = z.iso.datetime().transform((text) => new Date(text));
const amount = z.int().nonnegative();
const action = z.object({
  kind: z.enum(["project", "group"]),
  path: z.string(),
  token: z.string().nullable(),
  action: z.enum(["create", "rotate", "delete", "keep", "report"]),
  reason: z.string(),
  message: z.string(),
  tokenId: z.number().optional(),
  newTokenId: z.number().optional(),
  expiresAt: time.optional(),
  result: z.enum(["done", "failed", "skipped"]).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
const record = z.object({
  startedAt: time,
  finishedAt: time,
  summary: z.object({
    lineages: amount,
    create: amount,
    rotate: amount,
    delete: amount,
    keep: amount,
    report: amount,
    failed: amount,
  }),
  warnings: z.array(z.string()),
  actions: z.array(action),
  error: z.string().optional(),
});

/** `undefined` for a line that was cut off by a full disk, or written by another version. */
const readLine = (line: string): PassRecord | undefined => {
  try {
    const { data } = record.safeParse(JSON.parse(line));
    // A reason or code of another version is shown as it is.
    return data as PassRecord | undefined;
  } catch {
    return undefined;
  }
};

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

const reading = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return "";
    throw error;
  });

/** The newest first. A file that is not there yet is an empty history; one that cannot be read is a `SettingsError`. */
export const readHistory = async (file: string, most = REMEMBERED): Promise<readonly PassRecord[]> => {
  try {
    const lines = `${await reading(`${file}.1`)}\n${await reading(file)}`.split("\n").filter(Boolean);
    return lines
      .slice(-most)
      .reverse()
      .flatMap((line) => readLine(line) ?? []);
  } catch (error) {
    throw new SettingsError(
      `--history ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); give the path of a file that \`run\` or \`apply\` writes`,
      { cause: error },
    );
  }
};

/** One line, written in one go, so that two processes that end at once do not mix theirs. */
export const appendHistory = async (file: string, pass: PassRecord): Promise<void> => {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_BYTES) await rename(file, `${file}.1`);
  await appendFile(file, `${JSON.stringify(pass)}\n`, { mode: 0o600 });
  // Paths and names of an estate are nobody else's business, whoever made the file.
  if (size === 0) await chmod(file, 0o600);
};

export interface History {
  /** The newest first. */
  passes(): readonly PassRecord[];
  /** Rejects when the file cannot be written; it is remembered all the same. */
  add(pass: PassRecord): Promise<void>;
}

/** What the last passes did: in memory, and in a file where one is asked for. */
export const openHistory = async (file: string | undefined): Promise<History> => {
  let passes = file === undefined ? [] : await readHistory(file);
  return {
    passes: () => passes,
    add: async (pass) => {
      passes = [pass, ...passes].slice(0, REMEMBERED);
      if (file !== undefined) await appendHistory(file, pass);
    },
  };
};
