import { relative, resolve, sep } from "node:path";
import { lookForFindings } from "./audit-look.ts";
import { type Loaded, load, type Options, styleOf } from "./command.ts";
import { lookProgress } from "./look-progress.ts";
import type { AuditReport } from "./model/audit.ts";
import { RequestError } from "./model/errors.ts";
import { type FilterOptions, filterAudit, findingFilter } from "./plan/audit-filter.ts";
import { EXIT, type Program } from "./program.ts";
import { jsonText } from "./report/json.ts";
import { safeText } from "./report/text.ts";

export const AUDIT_FORMATS = ["table", "json", "sarif", "code-quality"] as const;
type AuditFormat = (typeof AUDIT_FORMATS)[number];

export interface AuditOptions extends Options, FilterOptions {
  readonly format?: string;
  /** Absent where neither `--instance` nor `--no-instance` was given. */
  readonly instance?: boolean;
  /** Our own. */
  readonly version: string;
}

const formatOf = ({ format, json }: AuditOptions): AuditFormat => {
  const given = format ?? (json ? "json" : "table");
  const found = AUDIT_FORMATS.find((known) => known === given);
  if (found === undefined)
    throw new RequestError(`--format ${JSON.stringify(given)}: expected ${AUDIT_FORMATS.join(", ")}`);
  if (json && found !== "json") throw new RequestError(`--json and --format ${found}: give one of them`);
  return found;
};

/** What a pipeline knows it by: relative to where we run, which is the repository's root there. */
const artifactOf = (policyFile: string): string => {
  const path = relative(resolve("."), resolve(policyFile));
  return (path.startsWith("..") ? resolve(policyFile) : path).split(sep).join("/");
};

const look = async (program: Program, loaded: Loaded, { instance }: AuditOptions): Promise<AuditReport> => {
  const progress = await lookProgress(program);
  try {
    return await lookForFindings(program, loaded, { instance, onProgress: progress?.on });
  } finally {
    progress?.done();
  }
};

const render = async (
  program: Program,
  report: AuditReport,
  { policy, policyFile, format, version }: Loaded & { format: AuditFormat; version: string },
): Promise<string> => {
  const where = { artifact: artifactOf(policyFile), instance: policy.gitlab.instance };
  switch (format) {
    case "table":
      return (await import("./report/audit-text.ts")).renderAudit(report, styleOf(program));
    case "json":
      return jsonText((await import("./report/audit-json.ts")).auditJson(report, where.instance));
    case "sarif":
      return jsonText((await import("./report/audit-sarif.ts")).auditSarif(report, { ...where, version }));
    case "code-quality":
      return jsonText((await import("./report/audit-code-quality.ts")).auditCodeQuality(report, where));
    default:
      return format satisfies never;
  }
};

/** `audit`: looks, judges, prints. */
export const auditCommand = async (program: Program, options: AuditOptions): Promise<number> => {
  const format = formatOf(options);
  const filter = findingFilter(options);
  const loaded = load(program, options);
  const report = filterAudit(await look(program, loaded, options), filter);
  const text = await render(program, report, { ...loaded, format, version: options.version });
  program.stdout.write(`${text}\n`);
  // A pipeline that takes a report as an artifact shows no warnings of its own.
  if (format === "sarif" || format === "code-quality")
    for (const warning of report.warnings) program.stderr.write(`warning: ${safeText(warning)}\n`);
  if (report.summary.findings > 0) return EXIT.changes;
  return report.summary.unread > 0 ? EXIT.failed : EXIT.done;
};
