import { createHash } from "node:crypto";
import type { Target, TargetKind } from "./target.ts";

const MAX_LENGTH = 256;
const HASH_DIGITS = 16;
/** The cut may go through an escape. */
const CUT = /^(?:[A-Za-z0-9 ._-]|=[0-9A-F]{2})*(?:=[0-9A-F]?)?\+[0-9a-f]{16}$/;

/** Most names: nothing in them needs an escape. */
const PLAIN = /^[A-Za-z0-9 ._-]*$/;

const escapeName = (name: string): string => (PLAIN.test(name) ? name : escapeBytes(name));

const escapeBytes = (name: string): string =>
  Array.from(Buffer.from(name, "utf8"), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9 ._-]/.test(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");

/** `gitlab.example.com projects/42 registry-pull`: whose secret it is. A name too long for a tag is cut and ends in its hash. */
export const encodeLineageTag = (
  instance: string,
  target: Pick<Target, "kind" | "id">,
  name: string,
): string => {
  const full = `${instance} ${target.kind}s/${target.id} ${escapeName(name)}`;
  if (full.length <= MAX_LENGTH) return full;
  const hash = createHash("sha256").update(name, "utf8").digest("hex").slice(0, HASH_DIGITS);
  return `${full.slice(0, MAX_LENGTH - HASH_DIGITS - 1)}+${hash}`;
};

export interface LineageName {
  readonly instance: string;
  readonly kind: TargetKind;
  readonly targetId: number;
  /** Absent when the name was too long for the tag: then it can only be compared, not read. */
  readonly token: string | undefined;
}

/** `undefined` for every tag that we would not have written ourselves. */
export const decodeLineageTag = (tag: string): LineageName | undefined => {
  const [, instance, kind, id, escaped] = /^(\S+) (project|group)s\/([1-9]\d{0,15}) (.*)$/s.exec(tag) ?? [];
  if (instance === undefined || escaped === undefined) return undefined;
  const name = { instance, kind: kind as TargetKind, targetId: Number(id) };
  if (!Number.isSafeInteger(name.targetId) || tag.length > MAX_LENGTH) return undefined;
  // Only what did not fit was cut, so a tag that ends in a hash is as long as a tag can be.
  if (tag.length === MAX_LENGTH && CUT.test(escaped)) return { ...name, token: undefined };
  if (PLAIN.test(escaped)) return { ...name, token: escaped };
  if (!/^(?:[A-Za-z0-9 ._-]|=[0-9A-F]{2})*$/.test(escaped)) return undefined;
  const bytes = Buffer.from(
    escaped.replaceAll(/=(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  const token = bytes.toString("utf8");
  return escapeName(token) === escaped ? { ...name, token } : undefined;
};
