import { z } from "zod";
import { type DocumentPath, type Finding, quote } from "./document-path.ts";
import { didYouMean, inWords } from "./nearest.ts";
import { policySchema } from "./schema.ts";

type Found = (path: DocumentPath) => string | undefined;

// Nobody reads more, and a hostile file could hold a hundred thousand.
export const MAX_FINDINGS = 1000;

/** Everything that the schema finds wrong, in the words of `found …, expected …`. */
export const schemaFindings = (data: unknown, found: Found): readonly Finding[] => {
  const { error } = policySchema.safeParse(data);
  return (error?.issues ?? []).slice(0, MAX_FINDINGS + 1).flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys")
      return issue.keys.slice(0, MAX_FINDINGS + 1).map((key) => unknownKey(path, key));
    return { path, message: foundExpected(found(path), issue.message) };
  });
};

const foundExpected = (found: string | undefined, expected: string): string => {
  if (found === undefined) return `missing, expected ${expected}`;
  return `found ${found}, expected ${expected}${quotingHint(found, expected)}`;
};

const quotingHint = (found: string, expected: string): string =>
  /^[\d.-]+$|^(true|false)$/i.test(found) && /^(text|a token's name|a glob|a tag|1 to )/.test(expected)
    ? ": quote it"
    : "";

const HINTS: Readonly<Record<string, string>> = {
  token: "GitLab's token is never in this file: set GITLAB_TOKEN or GITLAB_TOKEN_FILE",
  username: "it may stand on a token only",
  expires_at: "a token's life is given by lifetime",
};

const unknownKey = (path: DocumentPath, key: string): Finding => {
  const known = knownKeys(policySchema, path);
  const hint = didYouMean(key, known) || hintFor(key) || `, expected ${inWords(known)}`;
  return { path: [...path, key], message: `unknown key ${quote(key)}${hint}`, at: "key" };
};

const hintFor = (key: string): string => (Object.hasOwn(HINTS, key) ? `: ${HINTS[key]}` : "");

const knownKeys = (schema: unknown, [step, ...rest]: DocumentPath): readonly string[] => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return knownKeys(schema.unwrap(), step === undefined ? [] : [step, ...rest]);
  }
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return step === undefined ? Object.keys(schema.shape) : knownKeys(schema.shape[step], rest);
};
