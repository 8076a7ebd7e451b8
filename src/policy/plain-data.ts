import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import { aliasTargets } from "./alias-targets.ts";
import { appendToPath, type DocumentPath, quote } from "./document-path.ts";

/** Where a value stands in the text. */
export interface Place {
  readonly key: number | undefined;
  readonly value: number;
  readonly node: Node | undefined;
}

export interface NodeProblem {
  readonly path: DocumentPath;
  readonly offset: number;
  readonly message: string;
}

export interface PlainData {
  readonly data: unknown;
  /** By formatted path. */
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly NodeProblem[];
  /** The text means more than we are ready to read: only the problem is worth telling. */
  readonly stopped: boolean;
}

// Aliases repeat what they name, so a small file can mean a huge one.
const MAX_REPEATED = 50_000;
const MAX_DEPTH = 40;
const MAX_TAG = 200;

/** YAML nodes to plain data in which every number and key is what a reader of the file would take it for. */
export const toPlainData = (contents: Node | null, text: string): PlainData => {
  const places = new Map<string, Place>();
  const problems: NodeProblem[] = [];
  const walk: Walk = {
    text,
    places,
    problems,
    targets: aliasTargets(contents),
    budget: MAX_REPEATED,
    fatal: undefined,
  };
  const data = contents === null ? null : convert(walk, contents, ROOT);
  return {
    data,
    places,
    problems: walk.fatal === undefined ? problems : [walk.fatal],
    stopped: walk.fatal !== undefined,
  };
};

interface Walk {
  readonly text: string;
  readonly places: Map<string, Place>;
  readonly problems: NodeProblem[];
  readonly targets: ReadonlyMap<Alias, Node>;
  budget: number;
  fatal: NodeProblem | undefined;
}

interface Spot {
  readonly path: DocumentPath;
  /** The path as text, grown step by step: a large file has many. */
  readonly text: string;
  readonly depth: number;
  /** Reached through an alias. */
  readonly repeated: boolean;
  readonly key: Node | undefined;
}

const ROOT: Spot = { path: [], text: "", depth: 0, repeated: false, key: undefined };

const offsetOf = (node: Node | undefined): number => node?.range?.[0] ?? 0;

/** A node begins behind its tag, which is what is to be removed. */
const tagOffset = (text: string, node: Node): number => {
  const before = text.slice(0, offsetOf(node));
  const [tag] = /!\S*\s+(?:&\S+\s+)?$/.exec(before.slice(-MAX_TAG)) ?? [""];
  return before.length - tag.length;
};

/** What is left of the data then says nothing about the policy. */
const stop = (walk: Walk, node: Node, message: string): null => {
  walk.fatal ??= { path: [], offset: offsetOf(node), message };
  walk.budget = 0;
  return null;
};

const convert = (walk: Walk, node: Node, spot: Spot): unknown => {
  const problem = (message: string): null => {
    walk.problems.push({ path: spot.path, offset: offsetOf(node), message });
    return null;
  };
  if (spot.repeated) walk.budget -= 1;
  if (walk.budget < 0) return stop(walk, node, "aliases that repeat far more than a policy holds");
  if (spot.depth > MAX_DEPTH)
    return stop(walk, node, "nested far too deep for a policy, or an alias inside its own anchor");
  if (isAlias(node)) {
    const target = walk.targets.get(node);
    if (target !== undefined)
      return convert(walk, target, { ...spot, depth: spot.depth + 1, repeated: true });
    return problem(`nothing is anchored as &${quote(node.source)}: if the value begins with *, quote it`);
  }
  // Where nothing is written, the key is the place to look at.
  const isBlank = isScalar(node) && node.value === null;
  const value = offsetOf(isBlank && spot.key ? spot.key : node);
  walk.places.set(spot.text, { key: spot.key && offsetOf(spot.key), value, node });
  if (node.tag !== undefined && !(isScalar(node) && node.tag === "tag:yaml.org,2002:str")) {
    walk.problems.push({
      path: spot.path,
      offset: tagOffset(walk.text, node),
      message: tagMessage(node.tag),
    });
    return null;
  }
  if (isSeq(node))
    return node.items.map((item, index) => convert(walk, item as Node, childSpot(spot, index)));
  if (isMap(node)) return convertMap(walk, node.items, spot);
  return isScalar(node) ? convertScalar(node, problem) : null;
};

const childSpot = (spot: Spot, step: string | number, key?: Node): Spot => ({
  path: [...spot.path, step],
  text: appendToPath(spot.text, step),
  depth: spot.depth + 1,
  repeated: spot.repeated,
  key,
});

// YAML reads 1e3, 0x1f, 007 and ids past 2^53 as numbers other than what stands there.
const convertScalar = (node: Scalar, problem: (message: string) => null): unknown => {
  const { value, source } = node;
  if (typeof value !== "number" || source === undefined || source === String(value)) return value;
  return problem(`found ${source}, which YAML reads as the number ${value}: quote it, or write plain digits`);
};

const convertMap = (walk: Walk, pairs: readonly Pair[], spot: Spot): Record<string, unknown> => {
  // Without a prototype no key finds anything that was not written.
  const data: Record<string, unknown> = Object.create(null);
  for (const pair of pairs) {
    const [key, value] = [pair.key as Node, pair.value as Node | null];
    const name = isScalar(key) ? String(key.source ?? key.value) : "?";
    const child = childSpot(spot, name, key);
    const message = keyProblem(key) ?? (name in data ? "the key stands here a second time" : undefined);
    if (message !== undefined) {
      walk.problems.push({ path: child.path, offset: offsetOf(key), message });
      continue;
    }
    walk.places.set(child.text, { key: offsetOf(key), value: offsetOf(key), node: undefined });
    data[name] = value === null ? null : convert(walk, value, child);
  }
  return data;
};

const keyProblem = (key: Node): string | undefined => {
  if (!isScalar(key)) return "a key that is no plain word, expected text";
  if (key.value === "<<")
    return 'the merge key "<<" is not YAML 1.2: use `defaults`, or an alias for a whole value';
  if (key.value === "__proto__") return 'the key "__proto__" is not allowed';
  if (typeof key.value !== "string") return `the key ${key.source || "without text"} is no text: quote it`;
  return key.tag === undefined ? undefined : tagMessage(key.tag);
};

const tagMessage = (tag: string): string =>
  `the tag ${quote(tag.replace(/^tag:yaml\.org,2002:/, "!!"))}, expected plain YAML: remove it`;
