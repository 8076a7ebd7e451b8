import { PolicyError, type PolicyIssue } from "../../src/model/errors.ts";
import type { Policy, TokenEntry } from "../../src/model/policy.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";

/** A policy around the sections given, without mistakes where they have none. */
export const policyText = (sections: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    version: "1",
    gitlab: "{ url: https://gitlab.example.com }",
    store: "{ type: file, path: ./secrets }",
    projects: "[{ path: platform/api, tokens: [{ name: registry-pull, scopes: [read_registry] }] }]",
    ...sections,
  })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");

export const load = (text: string | Uint8Array, baseUrl?: string): Policy =>
  loadPolicy({
    file: "rotation.yaml",
    bytes: typeof text === "string" ? new TextEncoder().encode(text) : text,
    baseUrl,
  });

export const issuesOf = (text: string | Uint8Array, baseUrl?: string): readonly PolicyIssue[] => {
  try {
    load(text, baseUrl);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.issues;
    throw error;
  }
};

export const firstToken = (policy: Policy): TokenEntry => policy.projects[0]!.tokens[0]!;
