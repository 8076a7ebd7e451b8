/** The write-ahead record of a lineage's latest rotation, as kept in a tag of its secret. */
export interface RotationRecord {
  /** When the rotation began, whole seconds. */
  readonly at: Date;
  /** The exact `expires_at` that GitLab was asked for: the fingerprint of this rotation's token. */
  readonly expires: Date;
  /** Tokens made by hand that it replaces. */
  readonly existing: readonly number[];
  /** Strays of earlier rotations that could not be deleted yet. */
  readonly strays: readonly number[];
  /** What it supersedes is deleted as soon as the new token is current, whatever the overlap. */
  readonly leaked: boolean;
  /** Its token was deleted again, so nothing of it is left. */
  readonly undone: boolean;
}

const MAX_LENGTH = 256;
const UNDONE = " undone";
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const IDS = /^[1-9]\d{0,15}(?:\/[1-9]\d{0,15})*$/;

const time = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const render = (record: RotationRecord): string =>
  [
    `at=${time(record.at)}`,
    `expires=${time(record.expires)}`,
    ...(record.existing.length > 0 ? [`existing=${record.existing.join("/")}`] : []),
    ...(record.strays.length > 0 ? [`strays=${record.strays.join("/")}`] : []),
    ...(record.leaked ? ["leaked"] : []),
    ...(record.undone ? ["undone"] : []),
  ].join(" ");

/** A tag holds 256 characters; ids past that are left out, which only narrows what may be deleted. */
export const encodeRecord = (record: RotationRecord): string => {
  const text = render(record);
  const room = record.undone ? 0 : UNDONE.length;
  if (text.length + room <= MAX_LENGTH) return text;
  const shorter =
    record.strays.length > 0
      ? { strays: record.strays.slice(0, -1) }
      : { existing: record.existing.slice(0, -1) };
  return encodeRecord({ ...record, ...shorter });
};

/** `undefined` for every text that we would not have written ourselves. */
export const decodeRecord = (text: string): RotationRecord | undefined => {
  const words = text.split(" ");
  const value = (key: string): string | undefined =>
    words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const date = (key: string): Date => new Date(TIME.test(value(key) ?? "") ? (value(key) ?? "") : Number.NaN);
  const ids = (key: string): number[] =>
    IDS.test(value(key) ?? "") ? (value(key) ?? "").split("/").map(Number) : [];
  const record = {
    at: date("at"),
    expires: date("expires"),
    existing: ids("existing"),
    strays: ids("strays"),
    leaked: words.includes("leaked"),
    undone: words.includes("undone"),
  };
  if (Number.isNaN(record.at.getTime()) || Number.isNaN(record.expires.getTime())) return undefined;
  if (![...record.existing, ...record.strays].every(Number.isSafeInteger)) return undefined;
  return encodeRecord(record) === text ? record : undefined;
};
