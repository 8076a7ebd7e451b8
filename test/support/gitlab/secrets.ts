import { randomBytes } from "node:crypto";

export interface Secrets {
  issue(prefix: "gldt-" | "glpat-"): string;
  issued(): string[];
}

/** Remembers every value that it ever gave out, so that a test can look for them where they must not be. */
export const createSecrets = (): Secrets => {
  const all: string[] = [];
  return {
    issue: (prefix) => {
      // 15 bytes are exactly 20 characters of base64url, GitLab's own alphabet.
      const value = `${prefix}${randomBytes(15).toString("base64url")}`;
      all.push(value);
      return value;
    },
    issued: () => [...all],
  };
};
