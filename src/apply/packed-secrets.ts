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

type Packed = readonly [
  /** The number of what stands before the name in the address, and what stands behind it. */
  prefix: number,
  suffix: string,
  name: string,
  lastChangedAt: number | null,
  versions: readonly (readonly [id: string, ...labels: number[]])[],
  tags: readonly (readonly [key: number, value: string])[],
  rare?: Rare,
];

/** Words that recur, each by a number. */
const createWords = () => {
  const numbers = new Map<string, number>();
  const words: string[] = [];
  return {
    numberOf: (word: string): number => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, words.length);
      return words.push(word) - 1;
    },
    wordOf: (number: number): string => words[number] ?? "",
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

export const createPackedSecrets = (): PackedSecrets => {
  const texts = createPackedTexts();
  const words = createWords();

  const pack = (secret: SecretDescription): Packed => {
    const { arn, name, lastChangedAt, versions, tags } = secret;
    const begin = Math.max(arn.lastIndexOf(name), 0);
    const holdsName = arn.startsWith(name, begin);
    const rare = rareOf(secret);
    return [
      words.numberOf(holdsName ? arn.slice(0, begin) : arn),
      holdsName ? arn.slice(begin + name.length) : NO_NAME,
      name,
      lastChangedAt?.getTime() ?? null,
      versions.map(({ id, labels }) => [id, ...labels.map(words.numberOf)] as const),
      Object.entries(tags).map(([key, value]) => [words.numberOf(key), value] as const),
      ...(rare === undefined ? ([] as const) : ([rare] as const)),
    ];
  };

  const unpack = ([prefix, suffix, name, changed, versions, tags, rare]: Packed): SecretDescription => {
    const before = words.wordOf(prefix);
    return {
      arn: suffix === NO_NAME ? before : `${before}${name}${suffix}`,
      name,
      versions: versions.map(([id, ...labels]): SecretVersion => ({ id, labels: labels.map(words.wordOf) })),
      tags: Object.fromEntries(tags.map(([key, value]) => [words.wordOf(key), value])),
      lastChangedAt: changed === null ? undefined : new Date(changed),
      deletionDate: rare?.deletionDate === undefined ? undefined : new Date(rare.deletionDate),
      isReplica: rare?.isReplica ?? false,
      rotationEnabled: rare?.rotationEnabled ?? false,
      owningService: rare?.owningService,
      replicasBehind: rare?.replicasBehind ?? [],
    };
  };

  const at = (index: number): SecretDescription => unpack(JSON.parse(texts.at(index)) as Packed);
  return {
    get size() {
      return texts.size;
    },
    add: (secret) => texts.add(JSON.stringify(pack(secret))),
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < texts.size; index += 1) yield at(index);
    },
  };
};

/** Marks an address that does not hold the secret's name, as no address ends like this. */
const NO_NAME = "\u0000";
