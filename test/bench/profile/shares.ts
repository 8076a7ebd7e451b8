import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** A package of node_modules, a file of ours, or a part of Node. */
export const placeOf = ({ url, functionName }: CallFrame): string => {
  if (url === "") return functionName === "(garbage collector)" ? "(garbage collector)" : "(native)";
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (name !== undefined) return name;
  return url.startsWith("node:") ? url : url.replace(/^.*\/(src|dist)\//, "$1/");
};

export interface Share {
  readonly name: string;
  readonly amount: number;
}

/** The first so many, the largest first. */
export const ranked = (entries: Iterable<readonly [string, number]>, most: number): readonly Share[] => {
  const sums = new Map<string, number>();
  for (const [name, amount] of entries) sums.set(name, (sums.get(name) ?? 0) + amount);
  return [...sums]
    .map(([name, amount]) => ({ name, amount }))
    .sort((one, other) => other.amount - one.amount)
    .slice(0, most);
};

const IDLE = ["(idle)", "(program)", "(root)"];

const cpuShares = ({ nodes, samples, timeDeltas }: CpuProfile): readonly (readonly [CallFrame, number])[] => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<CallFrame, number>();
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || (frame.url === "" && IDLE.includes(frame.functionName))) return;
    spent.set(frame, (spent.get(frame) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  });
  return [...spent];
};

const heapShares = (head: HeapNode): readonly (readonly [CallFrame, number])[] => [
  [head.callFrame, head.selfSize / 1024],
  ...head.children.flatMap(heapShares),
];

/** What each function has of the profile that Node wrote into the folder: milliseconds, or KiB that still live. */
export const sharesIn = (folder: string): readonly (readonly [CallFrame, number])[] => {
  const [file = ""] = readdirSync(folder);
  const profile = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile | { head: HeapNode };
  return "head" in profile ? heapShares(profile.head) : cpuShares(profile);
};
