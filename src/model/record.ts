import { digitsAt, timeOf } from "./compact-time.ts";

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
const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)`;
const IDS = String.raw`([1-9]\d{0,15}(?:\/[1-9]\d{0,15})*)`;
const RECORD = new RegExp(
  `^at=${TIME} expires=${TIME}(?: existing=${IDS})?(?: strays=${IDS})?( leaked)?(${UNDONE})?$`,
);

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

/** Of a text as TIME has it. */
const timeFrom = (text: string): Date | undefined => {
  const day = 100 * (100 * digitsAt(text, 0, 4) + digitsAt(text, 5, 2)) + digitsAt(text, 8, 2);
  return timeOf(day, digitsAt(text, 11, 2), digitsAt(text, 14, 2), digitsAt(text, 17, 2));
};

const idsFrom = (text: string | undefined): readonly number[] => text?.split("/").map(Number) ?? [];

/** `undefined` for every text that we would not have written ourselves. */
export const decodeRecord = (text: string): RotationRecord | undefined => {
  const [found, begun = "", ends = "", replaced, left, leaked, undone] = RECORD.exec(text) ?? [];
  const [at, expires] = [timeFrom(begun), timeFrom(ends)];
  if (found === undefined || at === undefined || expires === undefined) return undefined;
  // With less room, an id would have been left out.
  if (text.length + (undone === undefined ? UNDONE.length : 0) > MAX_LENGTH) return undefined;
  const [existing, strays] = [idsFrom(replaced), idsFrom(left)];
  if (![...existing, ...strays].every(Number.isSafeInteger)) return undefined;
  return { at, expires, existing, strays, leaked: leaked !== undefined, undone: undone !== undefined };
};
