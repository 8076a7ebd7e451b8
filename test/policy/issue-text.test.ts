import { expect, test } from "vitest";
import { formatIssue } from "../../src/policy/issue-text.ts";

const issue = {
  file: "rotation.yaml",
  line: 12,
  column: 9,
  path: "projects[0].tokens[1].lifetime",
  message: "found 90",
};

test("formatIssue gives file, line, column, path and message", () => {
  expect(formatIssue(issue)).toBe("rotation.yaml:12:9: projects[0].tokens[1].lifetime: found 90");
});

test("formatIssue leaves the path out where the text as a whole is meant", () => {
  expect(formatIssue({ ...issue, path: "" })).toBe("rotation.yaml:12:9: found 90");
});

test("formatIssue keeps a hostile text on one line and off the terminal's controls", () => {
  const text = formatIssue({
    ...issue,
    file: "a\nb",
    path: "x\u001b[2J",
    message: "\u202eevil\u2028\r\u0085\u009b",
  });
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text).toContain("\\u{1b}[2J");
});
