import { invalidInput, invalidParameter } from "./aws-error.ts";

export interface AwsTag {
  readonly Key: string;
  readonly Value?: string;
}

const MAX_TAGS = 50;
/** What AWS allows in a tag's key and value. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const withTags = (
  tags: Readonly<Record<string, string>>,
  added: readonly AwsTag[],
): Readonly<Record<string, string>> => {
  for (const { Key, Value = "" } of added) {
    if (Key.length < 1 || Key.length > 128 || !ALLOWED.test(Key)) throw invalidInput("tags.key", "1 to 128");
    if (Value.length > 256 || !ALLOWED.test(Value)) throw invalidInput("tags.value", "0 to 256");
    if (/^aws:/i.test(Key)) throw invalidParameter("aws: prefixed tag key names are not allowed.");
  }
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key, Value = "" }) => [Key, Value])) };
  if (Object.keys(all).length > MAX_TAGS)
    throw invalidParameter(`You can't have more than ${MAX_TAGS} tags.`);
  return all;
};

export const withoutTags = (
  tags: Readonly<Record<string, string>>,
  keys: readonly string[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

export const toAwsTags = (tags: Readonly<Record<string, string>>): readonly AwsTag[] | undefined => {
  const entries = Object.entries(tags);
  return entries.length === 0 ? undefined : entries.map(([Key, Value]) => ({ Key, Value }));
};
