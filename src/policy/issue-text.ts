import type { PolicyIssue } from "../model/errors.ts";

// Control, format and bidirectional characters could rewrite the terminal's line or hide what stands there, and spaces that
// are no spaces are the mistake itself more often than not.
const UNSAFE = /(?! )[\p{C}\p{Z}]/gu;

const escapeUnsafe = (text: string): string =>
  text.replaceAll(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** `rotation.yaml:12:9: projects[0].tokens[1].lifetime: found 90, expected a duration such as 90d`, always one line. */
export const formatIssue = ({ file, line, column, path, message }: PolicyIssue): string =>
  escapeUnsafe(`${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`);
