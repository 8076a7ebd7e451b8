import type { Strays } from "./calm.ts";
import type { Stage } from "./stage.ts";
import { STEPS } from "./steps.ts";

export interface Played {
  readonly stage: Stage;
  readonly strays: Strays;
}

export const reportOn = ({ stage, strays }: Played): string => {
  const { tally, violations, chronicle, world } = stage;
  const { made, recovered, undone, knownLimit } = strays;
  const count = (number: number, what: string): string => `  ${String(number).padStart(5)} ${what}`;
  return [
    `\n${world.store}: ${tally.kills} kills of ${tally.children} children, ${tally.freezes} freezes, ${tally.restarts} restarts`,
    ...STEPS.map((step) => count(tally.steps[step], `killed ${step}`)),
    count(tally.halfDone, "rotations left half done by them"),
    count(chronicle.made.size, `tokens made, ${stage.histories().puts.length} stored, ${undone} undone`),
    count(made, `strays, ${recovered} recovered`),
    count(knownLimit, "tokens orphaned by overwritten records (the known limit)"),
    ...violations.map(
      (violation) =>
        `\n  VIOLATION of invariant ${violation.invariant}: ${violation.text}\n${chronicle.tell(violation)}`,
    ),
  ].join("\n");
};

export const summaryOf = (
  played: readonly Played[],
  mishapsFailed: boolean,
): { line: string; failed: boolean } => {
  const sum = (count: (result: Played) => number): number =>
    played.reduce((total, result) => total + count(result), 0);
  const violations = sum(({ stage }) => stage.violations.length);
  const line = [
    `${sum(({ stage }) => stage.tally.kills)} kills`,
    `${sum(({ stage }) => stage.tally.freezes)} freezes`,
    `${violations} violations`,
    `${sum(({ strays }) => strays.made)} strays made`,
    `${sum(({ strays }) => strays.recovered)} recovered`,
    `${sum(({ strays }) => strays.knownLimit)} orphaned by overwritten records`,
    ...(mishapsFailed ? ["the file store's mishaps failed"] : []),
  ].join(", ");
  return { line, failed: violations > 0 || mishapsFailed };
};
