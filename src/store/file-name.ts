import { createHash } from "node:crypto";
import { join } from "node:path";

const MAX_ENCODED = 180;
const KEPT = 140;
const SUFFIX = ".json";

/** Secrets Manager's own rule, so that a policy can change stores. */
export const isSecretName = (name: string): boolean => /^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name);

/**
 * The file that holds a secret. Everything but `a-z0-9_+=.@-` is written `%xx`, as some file systems take `A` for `a`; so is
 * a dot at the start. A name too long for a file system is cut and ends in its hash.
 */
export const fileOf = (folder: string, name: string): string => join(folder, `${encode(name)}${SUFFIX}`);

/** Our own temporary and lock files start with a dot, and no secret's file does. */
export const isSecretFile = (file: string): boolean => file.endsWith(SUFFIX) && !file.startsWith(".");

const encode = (name: string): string => {
  const encoded = name.replaceAll(/[^a-z0-9_+=.@-]|^\./g, escapeCharacter);
  if (encoded.length <= MAX_ENCODED) return encoded;
  const hash = createHash("sha256").update(name, "utf8").digest("hex").slice(0, 32);
  // `%%` appears in no other encoding.
  return `${encoded.slice(0, KEPT)}%%${hash}`;
};

const escapeCharacter = (character: string): string =>
  [...Buffer.from(character, "utf8")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
