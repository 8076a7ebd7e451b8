import type { SecretDescription, SecretVersion } from "../model/ports.ts";
import { createPackedTexts } from "./packed-texts.ts";

/** Descriptions of secrets by number, in some four hundred bytes each, outside of the heap. */
export interface PackedSecrets extends Iterable<SecretDescription> {
  readonly size: number;
  add(secret: SecretDescription): void;
  at(index: number): SecretDescription;
}

/** What few secrets have. */
type Rare = Partial<
  Pick<SecretDescription, "isReplica" | "rotationEnabled" | "owningService" | "replicasBehind">
> & {
  readonly deletionDate?: number | undefined;
};

/** What recurs, each by a number. */
const createNumbers = <Value>(keyOf: (value: Value) => string) => {
  const numbers = new Map<string, number>();
  const values: Value[] = [];
  return {
    numberOf: (value: Value): number => {
      const key = keyOf(value);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, values.length);
      return values.push(value) - 1;
    },
    valueOf: (number: number): Value | undefined => values[number],
  };
};

const rareOf = (secret: SecretDescription): Rare | undefined => {
  const { deletionDate, isReplica, rotationEnabled, owningService, replicasBehind } = secret;
  const isPlain =
    deletionDate === undefined &&
    !isReplica &&
    !rotationEnabled &&
    owningService === undefined &&
    replicasBehind.length === 0;
  return isPlain
    ? undefined
    : { deletionDate: deletionDate?.getTime(), isReplica, rotationEnabled, owningService, replicasBehind };
};

/** Between fields: a text that is split is read in half the time of JSON, which a secret with one in a field is kept as. */
const BETWEEN = "\u0000";
const JSON_LIST = "[";
/** Before the number of an address that does not hold the secret's name. */
const WHOLE = "=";

/** The number of what stands before the name in the address, what stands behind it, the name, milliseconds, what is rare, versions. */
const FIRST_FIELDS = 6;

export const createPackedSecrets = (): PackedSecrets => {
  const texts = createPackedTexts();
  const words = createNumbers<string>((word) => word);
  const labelLists = createNumbers<readonly string[]>((labels) => JSON.stringify(labels));

  /** Then an id and the number of its labels for each version, and a key's number and a value for each tag. */
  const pack = (secret: SecretDescription): string[] => {
    const { arn, name, lastChangedAt, versions, tags } = secret;
    const begin = Math.max(arn.lastIndexOf(name), 0);
    const holdsName = arn.startsWith(name, begin);
    const rare = rareOf(secret);
    const fields = [
      holdsName ? `${words.numberOf(arn.slice(0, begin))}` : `${WHOLE}${words.numberOf(arn)}`,
      holdsName ? arn.slice(begin + name.length) : "",
      name,
      lastChangedAt === undefined ? "" : `${lastChangedAt.getTime()}`,
      rare === undefined ? "" : JSON.stringify(rare),
      `${versions.length}`,
    ];
    for (const { id, labels } of versions) fields.push(id, `${labelLists.numberOf(labels)}`);
    for (const [key, value] of Object.entries(tags)) fields.push(`${words.numberOf(key)}`, value);
    return fields;
  };

  const addressOf = (prefix: string, name: string, suffix: string): string =>
    prefix.startsWith(WHOLE)
      ? (words.valueOf(Number(prefix.slice(WHOLE.length))) ?? "")
      : `${words.valueOf(Number(prefix)) ?? ""}${name}${suffix}`;

  const unpack = (fields: readonly string[]): SecretDescription => {
    const [prefix = "", suffix = "", name = "", changed = "", rareText = "", count = ""] = fields;
    const firstTag = FIRST_FIELDS + 2 * Number(count);
    const versions: SecretVersion[] = [];
    for (let at = FIRST_FIELDS; at < firstTag; at += 2)
      versions.push({ id: fields[at] ?? "", labels: labelLists.valueOf(Number(fields[at + 1])) ?? [] });
    const tags: [key: string, value: string][] = [];
    for (let at = firstTag; at < fields.length; at += 2)
      tags.push([words.valueOf(Number(fields[at])) ?? "", fields[at + 1] ?? ""]);
    const rare = rareText === "" ? undefined : (JSON.parse(rareText) as Rare);
    return {
      arn: addressOf(prefix, name, suffix),
      name,
      versions,
      tags: Object.fromEntries(tags),
      lastChangedAt: changed === "" ? undefined : new Date(Number(changed)),
      deletionDate: rare?.deletionDate === undefined ? undefined : new Date(rare.deletionDate),
      isReplica: rare?.isReplica ?? false,
      rotationEnabled: rare?.rotationEnabled ?? false,
      owningService: rare?.owningService,
      replicasBehind: rare?.replicasBehind ?? [],
    };
  };

  const add = (secret: SecretDescription): void => {
    const fields = pack(secret);
    const text = fields.join(BETWEEN);
    // Half a surrogate pair would not come back either.
    const comesBack = text.isWellFormed() && !fields.some((field) => field.includes(BETWEEN));
    texts.add(comesBack ? text : JSON.stringify(fields));
  };
  const at = (index: number): SecretDescription => {
    const text = texts.at(index);
    return unpack(text.startsWith(JSON_LIST) ? JSON.parse(text) : text.split(BETWEEN));
  };
  return {
    get size() {
      return texts.size;
    },
    add,
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < texts.size; index += 1) yield at(index);
    },
  };
};
