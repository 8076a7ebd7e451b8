import type { Call } from "../http/call.ts";
import { error } from "./answers.ts";

export type RawParameters = Readonly<Record<string, unknown>>;

const fromForm = (entries: Iterable<readonly [string, string]>): Record<string, unknown> => {
  const all: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const name = key.replace(/\[\]$/, "");
    const before = all[name];
    all[name] = key.endsWith("[]") ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  return all;
};

const fromJson = (body: string): Record<string, unknown> => {
  const unreadable = error(400, "message body does not match declared format");
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw unreadable;
  }
  throw unreadable;
};

/** Query and body together, as Grape sees them. */
export const parametersOf = (call: Call): RawParameters => {
  const query = fromForm(call.query);
  if (call.body === "") return query;
  const type = (call.headers["content-type"] ?? "application/x-www-form-urlencoded").split(";")[0]?.trim();
  if (type === "application/json") return { ...query, ...fromJson(call.body) };
  if (type === "application/x-www-form-urlencoded") {
    return { ...query, ...fromForm(new URLSearchParams(call.body)) };
  }
  throw error(415, `The provided content-type '${type}' is not supported.`);
};

export interface Checker {
  /** Notes a fault; Grape collects them all. */
  fault(words: string): void;
  readonly raw: RawParameters;
}

/** Reads parameters with `read`; answers 400 with every fault found, joined as Grape joins them. */
export const check = <Read>(raw: RawParameters, read: (checker: Checker) => Read): Read => {
  const faults: string[] = [];
  const value = read({ raw, fault: (words) => void faults.push(words) });
  if (faults.length > 0) throw error(400, faults.join(", "));
  return value;
};

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

export const integer = ({ raw, fault }: Checker, name: string): number | undefined => {
  const value = raw[name];
  if (!isGiven(value)) return undefined;
  const number =
    typeof value === "number" ? value : /^[+-]?\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  fault(`${name} is invalid`);
  return undefined;
};

const BOOLEANS = new Map<unknown, boolean>(
  [
    [true, "true", "TRUE", "t", "T", "1", 1, "on", "ON"],
    [false, "false", "FALSE", "f", "F", "0", 0, "off", "OFF"],
  ].flatMap((words, index) => words.map((word) => [word, index === 0] as const)),
);

export const boolean = ({ raw, fault }: Checker, name: string): boolean | undefined => {
  if (!isGiven(raw[name])) return undefined;
  const value = BOOLEANS.get(raw[name]);
  if (value === undefined) fault(`${name} is invalid`);
  return value;
};

/** `undefined` when it is absent, `null` when null was sent. */
export const string = ({ raw, fault }: Checker, name: string): string | null | undefined => {
  const value = raw[name];
  if (value === undefined || value === null || typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  fault(`${name} is invalid`);
  return undefined;
};

const DATE_TIME =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/** A date means its midnight UTC, as does a time without an offset. */
export const dateTime = (checker: Checker, name: string): Date | null => {
  const value = checker.raw[name];
  if (!isGiven(value)) return null;
  const text = String(value);
  const plain = text.replace(/\s*UTC$/i, "Z").replace(" ", "T");
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(plain.slice(10)) || plain.length === 10 ? plain : `${plain}Z`;
  const date = new Date(DATE_TIME.test(text) ? zoned : Number.NaN);
  const day = text.slice(0, 10);
  const exists = new Date(`${day}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && exists.toISOString().startsWith(day)) return date;
  checker.fault(`${name} is invalid`);
  return null;
};

export const oneOf = <Word extends string>(
  checker: Checker,
  name: string,
  words: readonly Word[],
): Word | undefined => {
  const value = string(checker, name);
  if (value === undefined || value === null || value === "") return undefined;
  const word = words.find((each) => each === value);
  if (word === undefined) checker.fault(`${name} does not have a valid value`);
  return word;
};
