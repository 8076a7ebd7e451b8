import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PolicyError, type PolicyIssue } from "../../src/model/errors.ts";
import type { Policy } from "../../src/model/policy.ts";
import { formatIssue } from "../../src/policy/issue-text.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import { isValidSecretName, renderSecretName } from "../../src/policy/template.ts";
import { policyWarnings } from "../../src/policy/warnings.ts";
import { nearPolicy, reworded, spliced } from "./policy-text.ts";
import { runs } from "./runs.ts";

const loaded = (text: string): Policy | readonly PolicyIssue[] => {
  try {
    return loadPolicy({ file: "rotation.yaml", bytes: Buffer.from(text) });
  } catch (error) {
    if (error instanceof PolicyError) return error.issues;
    throw error;
  }
};
const isPolicy = (result: Policy | readonly PolicyIssue[]): result is Policy => !Array.isArray(result);

/** An issue is where the text is, on one line, and nothing in it moves a terminal's cursor. */
const readable = (text: string, issues: readonly PolicyIssue[]): void => {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  expect(issues.length).toBeGreaterThan(0);
  for (const issue of issues) {
    expect(issue.line).toBeGreaterThanOrEqual(1);
    expect(issue.line).toBeLessThanOrEqual(lines.length);
    expect(issue.column).toBeGreaterThanOrEqual(1);
    expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1] ?? "").length + 2);
    expect(formatIssue(issue)).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
    expect(issue.message.length).toBeLessThan(1_000);
  }
};

/** What everything behind the loader relies on. */
const sound = (policy: Policy): void => {
  readable(
    " ",
    policyWarnings(policy).concat({ file: "", line: 1, column: 1, path: "", message: "" }).slice(-1),
  );
  const declared = policy.projects.flatMap(({ target, tokens }) =>
    tokens.flatMap((token) => (token.kind === "declared" ? [{ target, token }] : [])),
  );
  for (const { target, token } of declared) {
    const parts = { kind: "project", path: String(target.idOrPath), id: 1, name: token.name } as const;
    if (typeof target.idOrPath === "string")
      expect(isValidSecretName(renderSecretName(token.secret, parts))).toBe(true);
    expect(token.scopes.length).toBeGreaterThan(0);
    expect(token.renewBefore + token.overlap).toBeLessThan(token.lifetime);
    expect(token.renewBefore).toBeGreaterThanOrEqual(policy.safety.strayAfter);
  }
  expect(policy.safety.strayAfter).toBeGreaterThanOrEqual(3 * policy.safety.rotationDeadline);
  expect(policy.limits.concurrency).toBeGreaterThanOrEqual(1);
  expect([...policy.projects, ...policy.groups]).not.toEqual([]);
};

const judged = (text: string): void => {
  const result = loaded(text);
  if (isPolicy(result)) sound(result);
  else readable(text, result);
};

describe("a text is a sound policy, or is refused with issues that point into it:", () => {
  test("policies of ours with small changes", () => {
    fc.assert(fc.property(nearPolicy, judged), runs(200));
  });

  test("policies of ours with other words and durations", () => {
    fc.assert(fc.property(reworded, judged), runs(400));
  });

  test("the head of one file with the tail of another", () => {
    fc.assert(fc.property(spliced, judged), runs(100));
  });
});

test("what is told of a text does not depend on how its lines end", () => {
  const place = (issues: readonly PolicyIssue[]) =>
    issues.map(({ line, path, message }) => ({ line, path, message }));
  const plain = spliced.filter((text) => !/[|>]|\\\s*\n|\r/.test(text));
  fc.assert(
    fc.property(plain, (text) => {
      const [one, other] = [loaded(text), loaded(text.replaceAll("\n", "\r\n"))];
      expect(isPolicy(one)).toBe(isPolicy(other));
      if (!isPolicy(one) && !isPolicy(other)) expect(place(other)).toEqual(place(one));
    }),
    runs(50),
  );
});
