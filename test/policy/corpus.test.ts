import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { issuesOf, load } from "./policy-text.ts";

const corpus = new URL("./corpus/", import.meta.url);
const names = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length));

/** `12:9 projects[0].tokens[1].lifetime | part of the message`, one a line. */
const expectedIssues = (name: string) =>
  readFileSync(new URL(`${name}.issues`, corpus), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, lineNumber, column, path, message] = /^(\d+):(\d+) (.*?) ?\| (.*)$/.exec(line) ?? [];
      return { file: "rotation.yaml", line: Number(lineNumber), column: Number(column), path, message };
    });

describe("a broken policy", () => {
  test.each(names(corpus))("%s: every issue is told, at its place", (name) => {
    const expected = expectedIssues(name);
    const issues = issuesOf(readFileSync(new URL(`${name}.yaml`, corpus)));
    expect(issues).toEqual(
      expected.map((issue) => ({ ...issue, message: expect.stringContaining(issue.message ?? "?") })),
    );
  });

  test("never has its credentials repeated", () => {
    for (const name of names(corpus)) {
      const issues = issuesOf(readFileSync(new URL(`${name}.yaml`, corpus)));
      expect(JSON.stringify(issues)).not.toMatch(/hunter2|glpat-|gldt-/);
    }
  });
});

describe("a good policy", () => {
  const valid = new URL("./corpus/valid/", import.meta.url);

  test.each(names(valid))("%s loads", (name) => {
    expect(load(readFileSync(new URL(`${name}.yaml`, valid)))).toHaveProperty("projects");
  });
});
