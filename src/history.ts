import { access, appendFile, chmod, constants, open, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
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

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "no reason given";

/** `undefined` where there is none yet. To open a pipe would wait for whoever is at its other end, for ever. */
const sizeOf = async (file: string): Promise<number | undefined> => {
  const found = await stat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found !== undefined && !found.isFile()) throw Object.assign(new Error(), { code: "not a file" });
  return found?.size;
};

const reading = async (file: string): Promise<string> => ((await sizeOf(file)) ? readFile(file, "utf8") : "");

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
      `--history ${file} cannot be read (${codeOf(error)}); give the path of a file that \`run\` or \`apply\` writes`,
      { cause: error },
    );
  }
};

/** A line that a full disk cut off would take the next one with it. */
const isCutOff = async (file: string, size: number): Promise<boolean> => {
  const opened = await open(file, "r");
  try {
    const { buffer } = await opened.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer.toString() !== "\n";
  } finally {
    await opened.close();
  }
};

const append = async (file: string, pass: PassRecord): Promise<void> => {
  let size = (await sizeOf(file)) ?? 0;
  if (size > MAX_BYTES) {
    await rename(file, `${file}.1`);
    size = 0;
  }
  const start = size > 0 && (await isCutOff(file, size)) ? "\n" : "";
  await appendFile(file, `${start}${JSON.stringify(pass)}\n`, { mode: 0o600 });
  // Paths and names of an estate are nobody else's business, whoever made the file.
  if (size === 0) await chmod(file, 0o600);
};

const cannotBeWritten = (file: string, error: unknown): SettingsError => {
  const what = isMissing(error) ? `its folder ${dirname(file)} does not exist` : codeOf(error);
  return new SettingsError(
    `--history ${file} cannot be written (${what}); give a file in a folder that exists and may be written, on a disk with room`,
    { cause: error },
  );
};

/** Throws a `SettingsError` where no pass could be written down, before one has begun. */
export const checkHistory = async (file: string): Promise<void> => {
  try {
    const isThere = (await sizeOf(file)) !== undefined;
    await access(isThere ? file : dirname(file), isThere ? constants.W_OK : constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotBeWritten(file, error);
  }
};

/** One line, written in one go, so that two processes that end at once do not mix theirs. Throws `SettingsError`. */
export const appendHistory = async (file: string, pass: PassRecord): Promise<void> => {
  try {
    await append(file, pass);
  } catch (error) {
    throw cannotBeWritten(file, error);
  }
};

export interface History {
  /** The newest first. */
  passes(): readonly PassRecord[];
  /** Rejects when the file cannot be written; it is remembered all the same. */
  add(pass: PassRecord): Promise<void>;
}

/** What the last passes did: in memory, and in a file where one is asked for. Throws `SettingsError`. */
export const openHistory = async (file: string | undefined): Promise<History> => {
  if (file !== undefined) await checkHistory(file);
  let passes = file === undefined ? [] : await readHistory(file);
  return {
    passes: () => passes,
    add: async (pass) => {
      passes = [pass, ...passes].slice(0, REMEMBERED);
      if (file !== undefined) await appendHistory(file, pass);
    },
  };
};
