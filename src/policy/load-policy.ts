import { PolicyError, type PolicyIssue } from "../model/errors.ts";
import type { Policy } from "../model/policy.ts";
import { type DocumentPath, type Finding, formatPath } from "./document-path.ts";
import { normalise } from "./normalise.ts";
import { type PolicyDocument, readYaml } from "./read-yaml.ts";
import { ruleFindings } from "./rules.ts";
import type { WrittenPolicy } from "./schema.ts";
import { MAX_FINDINGS, schemaFindings } from "./schema-findings.ts";
import { createSoundness } from "./written-entries.ts";

export interface PolicySource {
  /** The file's name, for messages. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** GITLAB_BASE_URL: stands before `gitlab.url`. */
  readonly baseUrl?: string | undefined;
}

/** The policy, or a `PolicyError` with everything that is wrong with it. */
export const loadPolicy = ({ file, bytes, baseUrl }: PolicySource): Policy => {
  const { document, issues } = readYaml(file, bytes);
  if (document === undefined) throw new PolicyError(issues);
  const findings = findingsIn(document, baseUrl);
  const all = [...document.issues, ...findings.map(document.issue)];
  if (all.length > 0) throw new PolicyError(readable(file, all.sort(byPosition)));
  return normalise({
    written: document.data as WrittenPolicy,
    baseUrl,
    position: (path) => ({ file, ...document.position(path) }),
  });
};

const findingsIn = (document: PolicyDocument, baseUrl: string | undefined): readonly Finding[] => {
  const told = new Set(document.issues.map(({ path }) => path));
  const findings = schemaFindings(document.data, document.found).filter(
    ({ path }) => !told.has(formatPath(path)),
  );
  // Rules rely on what the schema has found, and this may not be all of it.
  if (findings.length >= MAX_FINDINGS) return findings;
  const wrong: DocumentPath[] = [...document.wrong, ...findings.map(({ path }) => path)];
  const rules = ruleFindings(document.data as WrittenPolicy, createSoundness(wrong), baseUrl);
  return [...findings, ...rules];
};

const byPosition = (one: PolicyIssue, other: PolicyIssue): number =>
  one.line - other.line || one.column - other.column;

const readable = (file: string, issues: readonly PolicyIssue[]): readonly PolicyIssue[] => {
  if (issues.length <= MAX_FINDINGS) return issues;
  const message = `more than ${MAX_FINDINGS} things are wrong: these are the first`;
  return [...issues.slice(0, MAX_FINDINGS), { file, line: 1, column: 1, path: "", message }];
};
