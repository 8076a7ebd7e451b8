import type { LineageReport, PassReport } from "../model/report.ts";
import { summarise } from "./summary.ts";

export const someUnseen = (because: string): string =>
  `Not all secrets can be listed, so those are looked up by the policy's names only, and tokens made by hand are kept until they expire. ${because}`;

export const NO_DATE =
  "GitLab's answers carry no Date header (does a proxy take it away?), so nothing tells whether this machine's clock is right.";

const byPathAndToken = (one: LineageReport, other: LineageReport): number =>
  one.path.localeCompare(other.path) || (one.token ?? "").localeCompare(other.token ?? "");

/** What a pass came to, whoever did its parts. */
export const passReport = ({ lineages, ...pass }: Omit<PassReport, "summary">): PassReport => ({
  ...pass,
  lineages: [...lineages].sort(byPathAndToken),
  summary: summarise(lineages),
});
