import { hasFailed, valuesOf } from "./contest.ts";
import type { Run, Table } from "./result.ts";
import { spread } from "./words.ts";

export interface Column {
  readonly title: string;
  /** A measure of the runs, shown with its spread, or made of a contender's runs. */
  readonly measure: string | ((contender: string) => string);
}

export const SECONDS: Column = { title: "seconds", measure: "seconds" };
export const CPU: Column = { title: "CPU seconds", measure: "cpuSeconds" };
export const RSS: Column = { title: "peak RSS, MiB", measure: "rssMiB" };
export const GITLAB: Column = { title: "GitLab requests", measure: "gitlabRequests" };
export const AWS: Column = { title: "AWS requests", measure: "awsRequests" };
export const REFUSED: Column = { title: "429s", measure: "refused" };
export const THROTTLED: Column = { title: "ThrottlingExceptions", measure: "throttled" };

/** A row per contender, in the order in which they first ran. */
export const tableOf = (title: string, runs: readonly Run[], columns: readonly Column[]): Table => {
  const contenders = [...new Set(runs.map(({ contender }) => contender))];
  return {
    title,
    columns: ["", ...columns.map((column) => column.title)],
    rows: contenders.map((contender) => [
      hasFailed(runs, contender) ? `${contender} (failed)` : contender,
      ...columns.map(({ measure }) =>
        typeof measure === "string" ? spread(valuesOf(runs, contender, measure)) : measure(contender),
      ),
    ]),
  };
};
