import type { Table } from "../measure/result.ts";
import type { BenchDocument, Measured } from "./document.ts";
import { machineText } from "./machine.ts";

const HEAD = `# Performance

What a pass costs, and where that stands against a bare client and what people use today. Written by \`npm run bench\`; do not edit.
`;

const HOW = `## How it is measured

    npm run bench                           # everything, about half an hour; writes this file
    npm run bench -- --only a,c             # some scenarios; prints, and writes nothing here
    npm run bench -- --only a --json FILE   # keeps the results there; once it holds every scenario, this file is written
    npm run bench -- --rounds 5             # 3 by default
    npm run bench -- --quick                # tiny worlds, one round: whether everything works
    npm run bench -- --profile a            # or c, e: where a pass spends its time and memory; --projects N, --built

GitLab and Secrets Manager are two servers over plain HTTP on the same machine, each a process of its own. Their worlds are arithmetic: an answer is made from the request, by formula, so that an estate of any size costs them no memory. Every answer is late by
the latency given. A limit is a bucket that is refilled evenly.

Contenders run in turn, round after round, so that whatever slows the machine for a while slows them all. Shown is the median, and in brackets between what the rounds lay. Seconds are those of a whole process, from its start to its end, and so is CPU time (user and
system). Goals are ratios within one run: absolute numbers are this machine's.

What is measured is the built program (\`dist/main.js\`), from outside, but where a scenario says otherwise.

Not measured: TLS, a GitLab whose answers take longer the more it is asked, networks that lose packets, AWS's own latency and its spread, and estates whose tokens are not spread evenly. The servers share the machine with the contenders; their own CPU time is in what \`--json\` keeps.
`;

const cell = (text: string): string => text.replaceAll("|", "\\|");

const tableText = ({ title, columns, rows }: Table): string => {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  const rule = line(columns.map((_, index) => (index === 0 ? "---" : "---:")));
  return [`${title}:`, "", line(columns), rule, ...rows.map(line)].join("\n");
};

const goalsText = ({ scenarios }: BenchDocument): string => {
  const rows = scenarios.flatMap(({ letter, goals }) =>
    goals.map(({ what, wanted, measured, met }) => [letter, what, wanted, measured, met ? "yes" : "**no**"]),
  );
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [
    line(["", "goal", "wanted", "measured", "met"]),
    line(["---", "---", "---", "---", "---"]),
    ...rows.map(line),
  ].join("\n");
};

const scenarioText = ({ letter, title, tables, notes, problems }: Measured): string =>
  [
    `## ${letter}. ${title}`,
    ...tables.map(tableText),
    ...notes,
    ...problems.map((problem) => `Failed: ${problem.replaceAll(/\s+/g, " ")}`),
  ].join("\n\n");

/** Where and when: once where it is the same for all. */
const placeText = ({ scenarios }: BenchDocument): string => {
  const places = new Map<string, string[]>();
  for (const { letter, date, machine, rounds } of scenarios) {
    const place = `Measured on ${date}, ${rounds} round${rounds === 1 ? "" : "s"}: ${machineText(machine)}.`;
    places.set(place, [...(places.get(place) ?? []), letter]);
  }
  const all = [...places];
  return all
    .map(([place, letters]) => (all.length === 1 ? place : `${letters.join(", ")}: ${place}`))
    .join("\n\n");
};

export const markdown = (document: BenchDocument): string =>
  `${[HEAD.trim(), placeText(document), "## Goals", goalsText(document), ...document.scenarios.map(scenarioText), HOW.trim()].join("\n\n")}\n`;
