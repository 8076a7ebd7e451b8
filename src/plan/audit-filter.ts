import {
  AUDIT_CODES,
  AUDIT_SEVERITIES,
  type AuditCode,
  type AuditReport,
  type AuditSeverity,
  type LocatedFinding,
} from "../model/audit.ts";
import { RequestError } from "../model/errors.ts";
import { compilePathGlob, globProblem } from "../policy/glob.ts";
import { summariseFindings } from "./audit.ts";

/** As people give them on the command line. */
export interface FilterOptions {
  readonly severity?: string | undefined;
  readonly target?: string | undefined;
  readonly code?: string | undefined;
}

type Filter = (finding: LocatedFinding) => boolean;

const oneOf = <Choice extends string>(what: string, given: string, choices: readonly Choice[]): Choice => {
  const found = choices.find((choice) => choice.toLowerCase() === given.trim().toLowerCase());
  if (found === undefined)
    throw new RequestError(`--${what} ${JSON.stringify(given)}: expected ${choices.join(", ")}`);
  return found;
};

/** This severity and what is worse. */
const bySeverity = (given: string): Filter => {
  const least = AUDIT_SEVERITIES.indexOf(oneOf<AuditSeverity>("severity", given, AUDIT_SEVERITIES));
  return ({ severity }) => AUDIT_SEVERITIES.indexOf(severity) <= least;
};

const byCode = (given: string): Filter => {
  const codes = new Set(given.split(",").map((code) => oneOf<AuditCode>("code", code, AUDIT_CODES)));
  return ({ code }) => codes.has(code);
};

/** `platform/api`, `platform/**`, `42`, and each with `project:` or `group:` before it. */
const byTarget = (given: string): Filter => {
  const [, kind, rest = given] = /^(?:(project|group):)?(.*)$/s.exec(given) ?? [];
  const problem = globProblem(rest, compilePathGlob);
  if (problem !== undefined) throw new RequestError(`--target ${JSON.stringify(given)}: expected ${problem}`);
  const matches = compilePathGlob(rest);
  return (finding) =>
    finding.kind !== undefined &&
    (kind === undefined || kind === finding.kind) &&
    (String(finding.targetId) === rest || (finding.path !== undefined && matches(finding.path)));
};

/** Throws `RequestError` for a filter that cannot be. */
export const findingFilter = ({ severity, target, code }: FilterOptions): Filter => {
  const filters: readonly Filter[] = [
    ...(severity === undefined ? [] : [bySeverity(severity)]),
    ...(code === undefined ? [] : [byCode(code)]),
    ...(target === undefined ? [] : [byTarget(target)]),
  ];
  return (finding) => filters.every((matches) => matches(finding));
};

export const filterAudit = (report: AuditReport, filter: Filter): AuditReport => {
  const findings = report.findings.filter(filter);
  const filteredOut = report.findings.length - findings.length;
  return { ...report, findings, summary: { ...summariseFindings(findings, report.summary), filteredOut } };
};
