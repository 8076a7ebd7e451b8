import { type FSWatcher, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import type { Happening, Put } from "./chronicle.ts";
import { ROTATION, readRecord, tokenOfVersion } from "./lineages.ts";

interface Version {
  readonly id: string;
  readonly labels: readonly string[];
  readonly createdAt: string;
}

export interface StoredFile {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The newest first. */
  readonly versions: readonly Version[];
}

/** The secrets' files, read as any consumer reads them. */
export const readFolder = (
  folder: string,
): { readonly files: readonly StoredFile[]; readonly wrong: readonly string[] } => {
  const files: StoredFile[] = [];
  const wrong: string[] = [];
  for (const entry of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const path = join(folder, entry);
    try {
      const file = JSON.parse(readFileSync(path, "utf8")) as StoredFile;
      files.push(file);
      const current = file.versions.filter(({ labels }) => labels.includes("AWSCURRENT")).length;
      if (current !== Math.min(1, file.versions.length))
        wrong.push(`${entry} has ${current} versions AWSCURRENT`);
    } catch {
      wrong.push(`${entry} is not whole`);
    }
    const mode = statSync(path).mode & 0o777;
    if (mode !== 0o600) wrong.push(`${entry} has mode ${mode.toString(8)}`);
  }
  return { files, wrong };
};

/** A file keeps the ids of all its versions, so when each became AWSCURRENT can be read from it afterwards. */
export const putsOf = ({ name, versions }: StoredFile): readonly Put[] =>
  versions.flatMap(({ id, createdAt }) => {
    const tokenId = tokenOfVersion(id);
    return tokenId === undefined ? [] : [{ secret: name, tokenId, at: Date.parse(createdAt) }];
  });

/** Sees records and puts as they happen, so that a kill may be aimed between them. */
export const watchFolder = (folder: string, tell: (happening: Happening) => void): FSWatcher => {
  const known = new Map<string, { readonly record: string; readonly versions: number }>();
  const look = (entry: string): void => {
    const base = { at: Date.now(), child: undefined } as const;
    if (entry.startsWith(".writing-")) {
      tell({ ...base, kind: "write", phase: "arrived", secret: undefined });
      return;
    }
    if (!entry.endsWith(".json")) return;
    let file: StoredFile;
    try {
      file = JSON.parse(readFileSync(join(folder, entry), "utf8")) as StoredFile;
    } catch {
      return;
    }
    const before = known.get(entry);
    const record = file.tags[ROTATION] ?? "";
    known.set(entry, { record, versions: file.versions.length });
    const seen = { ...base, phase: "committed", secret: file.name } as const;
    if (before === undefined) tell({ ...seen, kind: "ensure" });
    if (record !== (before?.record ?? "")) tell({ ...seen, kind: "record", record: readRecord(record) });
    if (file.versions.length !== (before?.versions ?? 0))
      tell({ ...seen, kind: "put", tokenId: tokenOfVersion(file.versions[0]?.id ?? "") });
  };
  return watch(folder, (_, entry) => {
    if (entry !== null) look(entry);
  });
};
