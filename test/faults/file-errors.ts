import { chmodSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { breakSystem, healSystem } from "./file-faults.ts";

/** What is wrong with the folder, the file or the disk, and how it is put right again. */
export interface FileError {
  readonly name: string;
  readonly kind: "unreadable" | "unlisted" | "unwritable" | "unsure" | "late";
  /** What can be seen in the folder meanwhile, where that is not what was there. */
  readonly shown?: "no secret" | "damaged";
  /** Needs a file to strike. */
  readonly onFile?: boolean;
  readonly strike: (folder: string, file: string) => () => void;
  readonly code: string;
  /** On the terminal. */
  readonly says: RegExp;
}

const DENIED = "ERR_SECRET_ACCESS_DENIED";
const INVALID = "ERR_SECRET_INVALID";
const UNAVAILABLE = "ERR_SECRET_UNAVAILABLE";

const system = (
  kind: FileError["kind"],
  [call, errno]: Parameters<typeof breakSystem>,
  [code, says]: readonly [string, RegExp],
): FileError => ({
  name: `${errno} as it tries to ${call}`,
  kind,
  code,
  says,
  strike: () => {
    breakSystem(call, errno);
    return healSystem;
  },
});

export const FILE_ERRORS: readonly FileError[] = [
  system("unreadable", ["look at the folder", "EACCES"], [DENIED, /EACCES\. Give this user the folder/]),
  system("unreadable", ["open the file", "EACCES"], [DENIED, /\.json: EACCES\. Give this user the folder/]),
  system("unreadable", ["open the file", "EIO"], [UNAVAILABLE, /\.json: EIO\. Check the file system/]),
  {
    name: "the folder is open to others",
    kind: "unreadable",
    onFile: true,
    strike: (folder) => {
      chmodSync(folder, 0o750);
      return () => chmodSync(folder, 0o700);
    },
    code: DENIED,
    says: /open to other users \(mode 750\)\. Run: chmod 700/,
  },
  {
    name: "a file stands in the folder's place",
    kind: "unreadable",
    onFile: true,
    shown: "no secret",
    strike: (folder) => {
      renameSync(folder, `${folder}.away`);
      writeFileSync(folder, "");
      return () => {
        rmSync(folder);
        renameSync(`${folder}.away`, folder);
      };
    },
    code: INVALID,
    says: /is not a folder\. Choose another store\.path/,
  },
  {
    name: "the file is cut in half",
    kind: "unreadable",
    onFile: true,
    shown: "damaged",
    strike: (_, file) => {
      const whole = readFileSync(file);
      truncateSync(file, Math.floor(whole.length / 2));
      return () => writeFileSync(file, whole);
    },
    code: UNAVAILABLE,
    says: /\.json is damaged, or not a file of this store\. Restore it from a backup/,
  },
  system("unlisted", ["read the folder", "EIO"], [UNAVAILABLE, /EIO\. Check the file system/]),
  system("unwritable", ["lock", "EROFS"], [DENIED, /\.lock: EROFS\. The file system is read-only/]),
  system("unwritable", ["write", "EACCES"], [DENIED, /EACCES\. Give this user the folder/]),
  system("unwritable", ["write", "ENOSPC"], [UNAVAILABLE, /ENOSPC\. The disk is full: make room/]),
  system("unwritable", ["write", "EDQUOT"], [UNAVAILABLE, /EDQUOT\. This user's disk quota is used up/]),
  system("unwritable", ["rename", "EROFS"], [DENIED, /EROFS\. The file system is read-only/]),
  system("unsure", ["rename", "EIO"], [UNAVAILABLE, /EIO\. Check the file system/]),
  // The file has its name by then.
  system("late", ["flush the folder", "EIO"], [UNAVAILABLE, /EIO\. Check the file system/]),
];
