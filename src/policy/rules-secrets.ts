import type { TargetReference } from "../model/target.ts";
import { type DocumentPath, type Finding, formatPath, quote } from "./document-path.ts";
import type { Rule, RuleInput } from "./rule.ts";
import { secretOf } from "./settings.ts";
import { isValidSecretName, renderSecretName, usesPlaceholder } from "./template.ts";
import type { WrittenEntry } from "./written-entries.ts";

const hasTemplates = ({ stands }: RuleInput): boolean => stands(["defaults", "secret"]);

const templateOf = ({ written }: RuleInput, entry: WrittenEntry): string =>
  secretOf(written.defaults, entry.token);

const placeOf = ({ written }: RuleInput, { path, token }: WrittenEntry): DocumentPath => {
  if (token.secret) return [...path, "secret"];
  return written.defaults?.secret ? ["defaults", "secret"] : path;
};

const once = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values(),
];

/** An entry that stands for several lineages needs a template that tells them apart. */
const templatesTellApart: Rule = (input) => {
  if (!hasTemplates(input)) return [];
  return once(
    input.entries.flatMap((entry) => {
      const template = templateOf(input, entry);
      const path = placeOf(input, entry);
      const findings: Finding[] = [];
      if (entry.token.match && !usesPlaceholder(template, "name")) {
        findings.push({
          path,
          message: `${quote(template)} would be the secret of every token that match finds, expected {name} in it`,
        });
      }
      if (entry.below && !usesPlaceholder(template, "path") && !usesPlaceholder(template, "id")) {
        findings.push({
          path,
          message: `${quote(template)} would be one secret for all projects of the group, expected {path} or {id} in it`,
        });
      }
      return findings;
    }),
  );
};

interface Rendered {
  readonly entry: WrittenEntry;
  readonly secret: string;
}

/** The secrets of declared tokens of one target. What GitLab alone knows stands in them as a note of whose it is. */
const rendered = (input: RuleInput): readonly Rendered[] =>
  input.entries.flatMap((entry) => {
    const { target, token, below } = entry;
    if (target === undefined || below || !token.name || token.match) return [];
    return [
      { entry, secret: renderSecretName(templateOf(input, entry), { ...parts(target), name: token.name }) },
    ];
  });

const parts = ({ kind, idOrPath }: TargetReference) =>
  typeof idOrPath === "number"
    ? { kind, id: idOrPath, path: `[path of ${kind} ${idOrPath}]` }
    : { kind, path: idOrPath, id: `[id of ${kind} ${idOrPath}]` };

const secretsDiffer: Rule = (input) => {
  if (!hasTemplates(input)) return [];
  const seen = new Map<string, WrittenEntry>();
  return rendered(input).flatMap(({ entry, secret }) => {
    const first = seen.get(secret);
    if (first === undefined) seen.set(secret, entry);
    if (first === undefined || isSameToken(first, entry)) return [];
    const message = `the secret ${quote(secret)} is that of ${formatPath(first.path)} already, expected one secret per token`;
    return [{ path: placeOf({ ...input, written: { ...input.written, defaults: null } }, entry), message }];
  });
};

/** Told already, as a duplicate. */
const isSameToken = (one: WrittenEntry, other: WrittenEntry): boolean =>
  one.token.name === other.token.name &&
  one.target?.kind === other.target?.kind &&
  String(one.target?.idOrPath).toLowerCase() === String(other.target?.idOrPath).toLowerCase();

const secretsAreNames: Rule = (input) => {
  if (!hasTemplates(input)) return [];
  return input.entries.flatMap((entry) => {
    const { token, target, path } = entry;
    if (!token.name || token.match || target === undefined) return [];
    const template = templateOf(input, entry);
    const secret = renderSecretName(template, { ...shortestParts(entry, target), name: token.name });
    if (isValidSecretName(secret)) return [];
    const message = `the secret's name from ${quote(template)} would be over 512 characters, hold others than letters, digits and /_+=.@-, or have "." or ".." between slashes: give the token a \`secret\` of its own`;
    return [{ path: [...path, token.secret ? "secret" : "name"], message }];
  });
};

/** What is not known yet counts as one harmless character. */
const shortestParts = ({ below }: WrittenEntry, { kind, idOrPath }: TargetReference) =>
  ({
    kind: below ? "project" : kind,
    path: typeof idOrPath === "string" ? idOrPath : "x",
    id: "1",
  }) as const;

export const secretRules: readonly Rule[] = [templatesTellApart, secretsDiffer, secretsAreNames];
