/** What a version's id says: which token it holds, since when it is stored and until when it lives. */
export interface VersionName {
  readonly tokenId: number;
  readonly storedAt: Date;
  readonly expiresAt: Date;
}

const PATTERN = /^deploy-token-(\d{10,16})-(\d{8}T\d{6}Z)-(\d{8}T\d{6}Z)$/;

/** `2026-11-23T03:00:05Z` as `20261123T030005Z`; whole seconds, the fraction is cut. */
const compact = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

const expand = (text: string): Date =>
  new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));

/** Secrets Manager takes 32 to 64 characters; ours are 57, or up to 63 for the largest ids. */
export const encodeVersionId = ({ tokenId, storedAt, expiresAt }: VersionName): string =>
  `deploy-token-${String(tokenId).padStart(10, "0")}-${compact(storedAt)}-${compact(expiresAt)}`;

/** `undefined` for every id that we would not have written ourselves. */
export const decodeVersionId = (id: string): VersionName | undefined => {
  const [, tokenId, stored, expires] = PATTERN.exec(id) ?? [];
  if (tokenId === undefined || stored === undefined || expires === undefined) return undefined;
  const name = { tokenId: Number(tokenId), storedAt: expand(stored), expiresAt: expand(expires) };
  if (Number.isNaN(name.storedAt.getTime()) || Number.isNaN(name.expiresAt.getTime())) return undefined;
  return name.tokenId > 0 && Number.isSafeInteger(name.tokenId) && encodeVersionId(name) === id
    ? name
    : undefined;
};
