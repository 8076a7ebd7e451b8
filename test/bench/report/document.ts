import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Result } from "../measure/result.ts";
import type { Machine } from "./machine.ts";

export interface Measured extends Result {
  readonly letter: string;
  readonly title: string;
  /** `2026-11-30`. */
  readonly date: string;
  readonly rounds: number;
  readonly machine: Machine;
}

/** What `--json` keeps: the latest result of each scenario. */
export interface BenchDocument {
  readonly version: 1;
  readonly scenarios: readonly Measured[];
}

export const readDocument = (file: string | undefined): BenchDocument =>
  file !== undefined && existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as BenchDocument)
    : { version: 1, scenarios: [] };

export const withResult = ({ scenarios }: BenchDocument, result: Measured): BenchDocument => ({
  version: 1,
  scenarios: [...scenarios.filter(({ letter }) => letter !== result.letter), result].sort((one, other) =>
    one.letter.localeCompare(other.letter),
  ),
});

export const writeDocument = (file: string, document: BenchDocument): void =>
  writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);
