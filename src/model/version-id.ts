import { compactTime, digitsAt, expandTimeAt } from "./compact-time.ts";

/** What a version's id says: which token it holds, since when it is stored and until when it lives. */
export interface VersionName {
  readonly tokenId: number;
  readonly storedAt: Date;
  readonly expiresAt: Date;
}

const PREFIX = "deploy-token-";
const DIGITS = 10;
const MOST_DIGITS = 16;
const TIME = "-20261123T030005Z".length;

/** Secrets Manager takes 32 to 64 characters; ours are 57, or up to 63 for the largest ids. */
export const encodeVersionId = ({ tokenId, storedAt, expiresAt }: VersionName): string =>
  `${PREFIX}${String(tokenId).padStart(DIGITS, "0")}-${compactTime(storedAt)}-${compactTime(expiresAt)}`;

/**
 * `undefined` for every id that we would not have written ourselves. By arithmetic: an estate has tens of thousands of them,
 * and a decision asks for the same few again and again.
 */
export const decodeVersionId = (id: string): VersionName | undefined => {
  const digits = id.length - PREFIX.length - 2 * TIME;
  if (digits < DIGITS || digits > MOST_DIGITS || !id.startsWith(PREFIX)) return undefined;
  const tokenId = digitsAt(id, PREFIX.length, digits);
  if (!(tokenId > 0) || !Number.isSafeInteger(tokenId)) return undefined;
  if (digits > DIGITS && id[PREFIX.length] === "0") return undefined;
  const [stored, expires] = [PREFIX.length + digits, PREFIX.length + digits + TIME];
  if (id[stored] !== "-" || id[expires] !== "-") return undefined;
  const storedAt = expandTimeAt(id, stored + 1);
  const expiresAt = expandTimeAt(id, expires + 1);
  return storedAt && expiresAt && { tokenId, storedAt, expiresAt };
};
