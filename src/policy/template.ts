import type { TargetKind } from "../model/target.ts";

export const PLACEHOLDERS = ["kind", "path", "name", "id"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export interface SecretNameParts {
  readonly kind: TargetKind;
  /** GitLab's `path_with_namespace` or `full_path`. */
  readonly path: string;
  /** The token's name. */
  readonly name: string;
  /** The target's numeric id. */
  readonly id: number | string;
}

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const PLACEHOLDER = /\{([^{}]*)\}/g;

const isPlaceholder = (key: string): key is Placeholder => PLACEHOLDERS.some((known) => known === key);

/** The template of a checked policy, filled in. Says nothing about whether the result is a valid name. */
export const renderSecretName = (template: string, parts: SecretNameParts): string =>
  compileSecretName(template)(parts);

/** The same for whoever fills it in again and again. */
export const compileSecretName = (template: string): ((parts: SecretNameParts) => string) => {
  // What stands between placeholders, and every other one a placeholder's name.
  const pieces = template.split(PLACEHOLDER);
  return (parts) => {
    let name = "";
    for (const [index, piece] of pieces.entries()) {
      if (index % 2 === 0) name += piece;
      else name += isPlaceholder(piece) ? String(parts[piece]) : `{${piece}}`;
    }
    return name;
  };
};

/**
 * What Secrets Manager takes as a name, less what would lead out of a folder: drivers write secrets to files of their names,
 * and a token's name is other people's text. The file store keeps to the same, so that a policy can change its store.
 */
export const isValidSecretName = (name: string): boolean => NAME.test(name) && !hasDotSegment(name);

/** A `.` or `..` between slashes. */
export const hasDotSegment = (text: string): boolean => /(?:^|\/)\.{1,2}(?:\/|$)/.test(text);

/** Secrets Manager appends a hyphen and six characters to the name in an ARN, so such a name looks like part of one. */
export const endsLikeAnArn = (name: string): boolean => /-[A-Za-z0-9]{6}$/.test(name);

export const usesPlaceholder = (template: string, key: Placeholder): boolean => template.includes(`{${key}}`);

export interface TemplateParts {
  readonly unknown: readonly string[];
  /** What stands outside the placeholders, unbalanced braces included. */
  readonly literal: string;
}

/** Takes a template apart without judging it. */
export const readTemplate = (template: string): TemplateParts => ({
  unknown: Array.from(template.matchAll(PLACEHOLDER), ([, key = ""]) => key).filter(
    (key) => !isPlaceholder(key),
  ),
  literal: template.replaceAll(PLACEHOLDER, ""),
});
