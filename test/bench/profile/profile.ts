import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BUILT, runProgram, SOURCES } from "../measure/program.ts";
import type { Options } from "../options.ts";
import { present, startWorld } from "../world/start.ts";
import { type CallFrame, placeOf, ranked, type Share, sharesIn } from "./shares.ts";

const TOP = 30;

/** The scenarios whose pass can be profiled. */
const PROFILED: Readonly<
  Record<
    string,
    { readonly command: "plan" | "apply"; readonly projects: number; readonly admin: boolean } | undefined
  >
> = {
  a: { command: "plan", projects: 10_000, admin: false },
  c: { command: "plan", projects: 10_000, admin: true },
  e: { command: "apply", projects: 1_000, admin: false },
};

const print = (title: string, unit: string, shares: readonly (readonly [CallFrame, number])[]): void => {
  const total = shares.reduce((sum, [, amount]) => sum + amount, 0);
  const line = ({ name, amount }: Share): string =>
    `${amount.toFixed(0).padStart(8)} ${unit} ${((100 * amount) / total).toFixed(1).padStart(5)} %  ${name}`;
  console.log(`\n${title}: ${total.toFixed(0)} ${unit}. By package or file:`);
  for (const share of ranked(
    shares.map(([frame, amount]) => [placeOf(frame), amount]),
    TOP,
  ))
    console.log(line(share));
  console.log(`\n${title}, by function:`);
  const named = ({ functionName, lineNumber, ...frame }: CallFrame): string =>
    `${functionName || "(anonymous)"}  ${placeOf({ functionName, lineNumber, ...frame })}:${lineNumber + 1}`;
  for (const share of ranked(
    shares.map(([frame, amount]) => [named(frame), amount]),
    TOP,
  ))
    console.log(line(share));
};

const KINDS = {
  cpu: { title: "CPU, self time", unit: "ms", options: [] },
  // Finer than Node's own, at which most functions have nothing.
  heap: { title: "Live heap at the end", unit: "KiB", options: ["--heap-prof-interval=65536"] },
} as const;

/** Where a pass spends its time, and who holds its memory at the end. From the sources, unless told otherwise: a bundle has no files. */
export const profile = async (
  { profile: letter = "", projects, built }: Options,
  folder: string,
): Promise<void> => {
  const which = PROFILED[letter];
  if (which === undefined) throw new Error(`only ${Object.keys(PROFILED).join(", ")} can be profiled`);
  const { command, admin } = which;
  const size = projects ?? which.projects;
  const estate = {
    projects: size,
    tokensPerProject: 2,
    due: command === "apply" ? size : 0,
    base: present(),
  };
  await using world = await startWorld({ estate, admin, limit: undefined, limited: true, latency: 20 });
  for (const [kind, { title, unit, options }] of Object.entries(KINDS)) {
    const own = join(folder, kind);
    mkdirSync(own, { recursive: true });
    await world.reset();
    const measured = await runProgram({
      world,
      folder,
      command,
      policy: { concurrency: 32 },
      nodeOptions: [`--${kind}-prof`, `--${kind}-prof-dir=${own}`, ...options],
      entry: built ? BUILT : SOURCES,
    });
    if (measured.code !== 0) throw new Error(`the pass failed: ${measured.stderr}`);
    const { seconds, cpuSeconds = Number.NaN, rssMiB = Number.NaN } = measured;
    console.log(
      `${kind} profile in ${own}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU, ${rssMiB.toFixed(0)} MiB`,
    );
    print(title, unit, sharesIn(own));
  }
};
