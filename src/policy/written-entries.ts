import type { TargetReference } from "../model/target.ts";
import { type DocumentPath, formatPath } from "./document-path.ts";
import type { WrittenPolicy } from "./schema.ts";
import type { WrittenToken } from "./schema-tokens.ts";

/** A project or group of the document, as far as it is sound. */
export interface WrittenTarget {
  readonly path: DocumentPath;
  readonly target: TargetReference | undefined;
}

export interface WrittenEntry extends WrittenTarget {
  readonly token: WrittenToken;
  /** The list that it stands in: `projects[0].tokens`. */
  readonly list: DocumentPath;
  /** One of a group's `projects.tokens`: it stands for a token of each project below. */
  readonly below: boolean;
}

/** Which parts of a document may be relied on although others are wrong. */
export interface Soundness {
  /** Nothing is wrong with this value as a whole; parts of it may be. */
  readonly stands: (path: DocumentPath) => boolean;
  /** Nothing is wrong with this value or any part of it. */
  readonly isSound: (path: DocumentPath) => boolean;
}

/** `wrong`: the paths at which something is wrong. */
export const createSoundness = (wrong: readonly DocumentPath[]): Soundness => {
  if (wrong.length === 0) return { stands: () => true, isSound: () => true };
  const prefixes = (path: DocumentPath): string[] =>
    Array.from({ length: path.length + 1 }, (_, length) => formatPath(path.slice(0, length)));
  const broken = new Set(wrong.map(formatPath));
  const touched = new Set(wrong.flatMap(prefixes));
  const stands = (path: DocumentPath): boolean => !prefixes(path).some((prefix) => broken.has(prefix));
  return { stands, isSound: (path) => stands(path) && !touched.has(formatPath(path)) };
};

export const writtenTargets = (written: WrittenPolicy, soundness: Soundness): readonly WrittenTarget[] =>
  (["projects", "groups"] as const).flatMap((section) => {
    const kind = section === "projects" ? "project" : "group";
    const list = soundness.stands([section]) ? (written[section] ?? []) : [];
    return list.flatMap((target, index) => {
      const path = [section, index];
      if (!soundness.stands(path)) return [];
      const known = soundness.isSound([...path, "path"]);
      return [{ path, target: known ? { kind, idOrPath: target.path } : undefined } as const];
    });
  });

/** Every entry that is a mapping in a list, whatever is wrong with its keys. */
export const standingEntries = (written: WrittenPolicy, soundness: Soundness): readonly WrittenEntry[] =>
  writtenTargets(written, soundness).flatMap((target) => {
    const [section, index] = target.path;
    const own = written[section as "projects" | "groups"]?.[Number(index)];
    const lists = [{ list: [...target.path, "tokens"], tokens: own?.tokens, below: false }];
    if (own !== undefined && "projects" in own && soundness.stands([...target.path, "projects"])) {
      lists.push({ list: [...target.path, "projects", "tokens"], tokens: own.projects?.tokens, below: true });
    }
    return lists.flatMap(({ list, tokens, below }) =>
      (soundness.stands(list) ? (tokens ?? []) : []).flatMap((token, position) => {
        const path = [...list, position];
        return soundness.stands(path) ? [{ ...target, path, list, token, below }] : [];
      }),
    );
  });
