import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { PolicyError } from "../../src/model/errors.ts";
import { policyJsonSchema } from "../../src/policy/json-schema.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import { policyWarnings } from "../../src/policy/warnings.ts";

const bytes = readFileSync("rotation.yaml");
const example = bytes.toString("utf8");
const load = (text: string) => loadPolicy({ file: "rotation.yaml", bytes: Buffer.from(text) });
const issuesOf = (text: string) => {
  try {
    load(text);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.issues;
  }
};

describe("the example policy", () => {
  it("loads without an issue or a warning", () => {
    expect(policyWarnings(load(example))).toEqual([]);
  });

  it("is accepted by the JSON Schema, and a mistyped key is not", () => {
    const validate = new Ajv2020({ strict: false, logger: false }).compile(policyJsonSchema());
    expect(validate(parse(example))).toBe(true);
    expect(validate({ ...parse(example), projcets: [] })).toBe(false);
  });
});

describe("a broken policy", () => {
  it("tells every issue at once, each with its line, and what was meant", () => {
    const issues = issuesOf(`version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: file, path: ./secrets }
projects:
  - path: platform/api
    tokens:
      - name: a
        scopes: [read_registy]
        lifetme: 90d
      - name: b
        scopes: [read_registry]
        lifetime: 90
`);
    expect(issues.map(({ line }) => line)).toEqual([8, 9, 12]);
    expect(issues[0]?.message).toContain("read_registry");
    expect(issues[1]?.message).toContain("lifetime");
    expect(issues[2]?.message).toContain("90");
  });

  it.each([
    [
      "renew_before and overlap that leave no life",
      "defaults: { lifetime: 10d, renew_before: 9d, overlap: 24h }",
    ],
    ["stray_after under three deadlines", "safety: { rotation_deadline: 10m, stray_after: 20m }"],
    ["a bad cron", 'schedule: { cron: "99 3 * * *" }'],
    ["a bad time zone", 'schedule: { cron: "17 3 * * *", timezone: Mars/Olympus }'],
    ["an unknown placeholder", 'defaults: { secret: "x/{nmae}" }'],
  ])("refuses %s", (_, line) => {
    const text = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: file, path: ./secrets }
${line}
projects:
  - path: platform/api
    tokens: [{ name: a, scopes: [read_registry] }]
`;
    expect(issuesOf(text)[0]?.line).toBe(4);
  });

  it.each([
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((key, index) => `${key}: &${key} [${`*${"abcdefgh"[index]},`.repeat(9)}]`).join("\n")}`,
    ],
    ["deep nesting", "[".repeat(100_000)],
    ["a megabyte and more", `# ${"x".repeat(2 ** 21)}`],
    ["bytes that are no UTF-8", "\u0000"],
  ])("refuses %s with an issue", (_, text) => {
    expect(issuesOf(text).length).toBeGreaterThan(0);
  });
});
