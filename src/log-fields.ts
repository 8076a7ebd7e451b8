import { RotatorError } from "./model/errors.ts";

export type LogFields = Readonly<Record<string, unknown>>;

interface Options {
  /** Stacks of errors that are not ours, for whoever has to find the bug. */
  readonly stacks: boolean;
}

interface Walk extends Options {
  readonly parents: readonly object[];
}

const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_LENGTH = 8_192;

/** What JSON can say of the fields, whatever they hold: cycles, getters that throw, errors with their causes. */
export const plainFields = (fields: LogFields, options: Options): Readonly<Record<string, unknown>> =>
  plainEntries(fields, { ...options, parents: [fields] });

const plain = (value: unknown, walk: Walk): unknown => {
  if (typeof value === "string") return shortened(value);
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (walk.parents.includes(value)) return "[circular]";
  if (walk.parents.length >= MAX_DEPTH) return "[deep]";
  return attempt(() => plainObject(value, { ...walk, parents: [...walk.parents, value] }));
};

const plainObject = (value: object, walk: Walk): unknown => {
  if (value instanceof Error) return plainError(value, walk);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (value instanceof Map) return plainEntries(Object.fromEntries(value), walk);
  if (Array.isArray(value) || value instanceof Set) return plainList([...value], walk);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  // A secret says of itself what may be shown.
  if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON(), walk);
  return plainEntries(value, walk);
};

const plainList = (items: readonly unknown[], walk: Walk): unknown[] => {
  const shown = items.slice(0, MAX_ITEMS).map((item) => plain(item, walk) ?? null);
  return items.length > MAX_ITEMS ? [...shown, `[${items.length - MAX_ITEMS} more]`] : shown;
};

const plainEntries = (value: object, walk: Walk): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.keys(value)
      .slice(0, MAX_ITEMS)
      .map((key) => [key, attempt(() => plain(Reflect.get(value, key), walk))]),
  );

/** Of an error only what is known to be harmless: foreign errors carry requests, with their headers. */
const ERROR_FIELDS = ["code", "status", "route", "secretId", "step", "outcome", "issues"];

const plainError = (error: Error, walk: Walk): Readonly<Record<string, unknown>> => {
  const { name, message, cause, stack } = error;
  return Object.fromEntries(
    Object.entries({
      name,
      ...Object.fromEntries(ERROR_FIELDS.map((key) => [key, plain(Reflect.get(error, key), walk)])),
      message: shortened(message),
      errors: error instanceof AggregateError ? plainList(error.errors, walk) : undefined,
      cause: plain(cause, walk),
      stack: walk.stacks && !(error instanceof RotatorError) ? stack : undefined,
    }).filter(([, field]) => field !== undefined),
  );
};

const shortened = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;

const attempt = (read: () => unknown): unknown => {
  try {
    return read();
  } catch {
    return "[unreadable]";
  }
};
