import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BUILT, runProgram, SOURCES } from "./measure/program.ts";
import type { Options } from "./options.ts";
import { present, startWorld } from "./world/start.ts";

interface CallFrame {
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

const TOP = 30;

/** A package of node_modules, a file of ours, or a part of Node. */
const placeOf = ({ url, functionName }: CallFrame): string => {
  if (url === "") return functionName === "(garbage collector)" ? "(garbage collector)" : "(native)";
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (name !== undefined) return name;
  return url.startsWith("node:") ? url : url.replace(/^.*\/(src|dist)\//, "$1/");
};

interface Share {
  readonly name: string;
  readonly amount: number;
}

const ranked = (entries: Iterable<readonly [string, number]>): readonly Share[] => {
  const sums = new Map<string, number>();
  for (const [name, amount] of entries) sums.set(name, (sums.get(name) ?? 0) + amount);
  return [...sums]
    .map(([name, amount]) => ({ name, amount }))
    .sort((one, other) => other.amount - one.amount)
    .slice(0, TOP);
};

const readOne = (folder: string, ending: string): unknown => {
  const [file] = readdirSync(folder).filter((name) => name.endsWith(ending));
  return file === undefined ? undefined : JSON.parse(readFileSync(join(folder, file), "utf8"));
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

const print = (title: string, unit: string, shares: readonly (readonly [CallFrame, number])[]): void => {
  const total = shares.reduce((sum, [, amount]) => sum + amount, 0);
  const line = ({ name, amount }: Share): string =>
    `${amount.toFixed(0).padStart(8)} ${unit} ${((100 * amount) / total).toFixed(1).padStart(5)} %  ${name}`;
  console.log(`\n${title}: ${total.toFixed(0)} ${unit}. By package or file:`);
  for (const share of ranked(shares.map(([frame, amount]) => [placeOf(frame), amount])))
    console.log(line(share));
  console.log(`\n${title}, by function:`);
  const named = ({ functionName, lineNumber, ...frame }: CallFrame): string =>
    `${functionName || "(anonymous)"}  ${placeOf({ functionName, lineNumber, ...frame })}:${lineNumber + 1}`;
  for (const share of ranked(shares.map(([frame, amount]) => [named(frame), amount])))
    console.log(line(share));
};

/** Where a pass spends its time, and who holds its memory at the end. From the sources, unless told otherwise: a bundle has no files. */
export const profile = async (
  { profile: letter, projects = 10_000, built }: Options,
  folder: string,
): Promise<void> => {
  if (letter !== "a" && letter !== "c")
    throw new Error("only a (a list per target) and c (the instance's list) are profiled");
  const estate = { projects, tokensPerProject: 2, due: 0, base: present() };
  await using world = await startWorld({
    estate,
    admin: letter === "c",
    limit: undefined,
    limited: true,
    latency: 20,
  });
  for (const kind of ["cpu", "heap"] as const) {
    const own = join(folder, kind);
    mkdirSync(own, { recursive: true });
    const measured = await runProgram({
      world,
      folder,
      command: "plan",
      policy: { concurrency: 32 },
      nodeOptions: [
        `--${kind}-prof`,
        `--${kind}-prof-dir=${own}`,
        ...(kind === "heap" ? ["--heap-prof-interval=65536"] : []),
      ],
      entry: built ? BUILT : SOURCES,
    });
    if (measured.code !== 0) throw new Error(`the pass failed: ${measured.stderr}`);
    console.log(
      `${kind} profile in ${own}: ${measured.seconds.toFixed(2)} s, ${measured.cpuSeconds?.toFixed(2)} s of CPU, ${measured.rssMiB?.toFixed(0)} MiB`,
    );
    if (kind === "cpu") print("CPU, self time", "ms", cpuShares(readOne(own, ".cpuprofile") as CpuProfile));
    else
      print(
        "Live heap at the end",
        "KiB",
        heapShares((readOne(own, ".heapprofile") as { head: HeapNode }).head),
      );
  }
};
