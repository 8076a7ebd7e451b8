import { compactTime, expandTime } from "./compact-time.ts";

/** What a version's id says: which token it holds, since when it is stored and until when it lives. */
export interface VersionName {
  readonly tokenId: number;
  readonly storedAt: Date;
  readonly expiresAt: Date;
}

const PATTERN = /^deploy-token-(\d{10,16})-(\d{8}T\d{6}Z)-(\d{8}T\d{6}Z)$/;
const DIGITS = 10;

/** Secrets Manager takes 32 to 64 characters; ours are 57, or up to 63 for the largest ids. */
export const encodeVersionId = ({ tokenId, storedAt, expiresAt }: VersionName): string =>
  `deploy-token-${String(tokenId).padStart(DIGITS, "0")}-${compactTime(storedAt)}-${compactTime(expiresAt)}`;

const decode = (id: string): VersionName | undefined => {
  const [, digits = "", stored = "", expires = ""] = PATTERN.exec(id) ?? [];
  const tokenId = Number(digits);
  if (tokenId === 0 || !Number.isSafeInteger(tokenId)) return undefined;
  if (digits.length > DIGITS && digits.startsWith("0")) return undefined;
  const storedAt = expandTime(stored);
  const expiresAt = expandTime(expires);
  return storedAt && expiresAt && { tokenId, storedAt, expiresAt };
};

/** What was asked for last: a decision asks for the same few versions again and again. */
const known = new Map<string, VersionName | undefined>();
const KNOWN = 100;

/** `undefined` for every id that we would not have written ourselves. */
export const decodeVersionId = (id: string): VersionName | undefined => {
  const version = known.get(id);
  if (version !== undefined) return version;
  if (known.size === KNOWN) known.clear();
  const decoded = decode(id);
  known.set(id, decoded);
  return decoded;
};
