import {
  type FailedOutcome,
  SecretStoreError,
  type SecretStoreErrorCode,
  type SecretStoreStep,
} from "../model/errors.ts";

export interface FileStep {
  readonly step: SecretStoreStep;
  readonly secretId?: string | undefined;
}

/** Something is wrong with what was asked or found; nothing was written. */
export const refuse = (step: FileStep, code: SecretStoreErrorCode, message: string): SecretStoreError =>
  new SecretStoreError(message, { ...step, code, outcome: "refused" });

const ADVICE: Readonly<Record<string, readonly [SecretStoreErrorCode, string]>> = {
  EACCES: ["ERR_SECRET_ACCESS_DENIED", "Give this user the folder: chown, then chmod 700."],
  EPERM: ["ERR_SECRET_ACCESS_DENIED", "Give this user the folder: chown, then chmod 700."],
  EROFS: [
    "ERR_SECRET_ACCESS_DENIED",
    "The file system is read-only: choose another store.path, or mount it writable.",
  ],
  ENOSPC: ["ERR_SECRET_UNAVAILABLE", "The disk is full: make room."],
  EDQUOT: ["ERR_SECRET_UNAVAILABLE", "This user's disk quota is used up: make room."],
  ENOTDIR: ["ERR_SECRET_INVALID", "Part of store.path is not a folder: choose another."],
  ELOOP: ["ERR_SECRET_INVALID", "A symbolic link stands in place of the file: remove it."],
};

/** A failed system call in our words. Its own message is not used: code and path say all that can be acted on. */
export const fromSystem = (
  error: unknown,
  step: FileStep,
  { path, outcome }: { readonly path: string; readonly outcome: FailedOutcome },
): SecretStoreError => {
  if (error instanceof SecretStoreError) return error;
  const { code: errno = "an unknown error" } = error as NodeJS.ErrnoException;
  const [code, advice] = ADVICE[errno] ?? ["ERR_SECRET_UNAVAILABLE", "Check the file system."];
  return new SecretStoreError(`${path}: ${errno}. ${advice}`, { ...step, code, outcome });
};

export const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code;
