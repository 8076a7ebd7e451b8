import { PolicyError, type PolicyIssue } from "../../src/model/errors.ts";
import type { Policy } from "../../src/model/policy.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";

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
