/**
 * Prints what failed in a run of vitest, from the file its JSON reporter wrote: file, title, and how each message
 * begins and ends. CI says it at its very end, where people look.
 *
 *     node test/support/failed-tests.ts report.json
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const LINES = 12;
const WIDTH = 300;
/** What was expected often stands behind all that a process said, and before the stack. */
const ends = (message: string): string => {
  const lines = message.split("\n").filter((line) => !/^\s+at /.test(line));
  const shown =
    lines.length <= 2 * LINES
      ? lines
      : [...lines.slice(0, LINES), `… ${lines.length - 2 * LINES} lines …`, ...lines.slice(-LINES)];
  return shown.map((line) => `     ${line.slice(0, WIDTH)}`).join("\n");
};

const { testResults } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Report;
for (const file of testResults) {
  const where = relative(".", file.name);
  const failed = file.assertionResults.filter(({ status }) => status === "failed");
  for (const { fullName, failureMessages } of failed)
    console.log(`!! ${where}: ${fullName}\n${failureMessages.map(ends).join("\n")}`);
  // A file that could not even be loaded has no results of its tests.
  if (file.status === "failed" && failed.length === 0) console.log(`!! ${where}\n${ends(file.message)}`);
}
