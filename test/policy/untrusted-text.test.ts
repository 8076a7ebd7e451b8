import { describe, expect, test } from "vitest";
import { issuesOf, load, policyText } from "./policy-text.ts";

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));

describe("the text of a policy", () => {
  test("may begin with a byte order mark, which moves no column", () => {
    expect(load(`\ufeff${policyText()}`)).toEqual(load(policyText()));
    expect(issuesOf("\ufeffversio: 1")[0]).toMatchObject({ line: 1, column: 1 });
  });

  test("may end its lines in CRLF", () => {
    expect(load(policyText().replaceAll("\n", "\r\n"))).toEqual(load(policyText()));
  });

  test.each([
    ["a stray byte", bytes("version: 1\nx: ab", [0xff], "\n"), 2, 6, "byte 16 (0xff)"],
    ["a sequence cut short at the end", bytes("version: 1\n# é", [0xe2, 0x82]), 2, 4, "byte 15 (0xe2)"],
    ["an overlong sequence", bytes([0xc0, 0xaf]), 1, 1, "byte 0 (0xc0)"],
    ["a surrogate", bytes("\n\n#", [0xed, 0xa0, 0x80]), 3, 2, "byte 3 (0xed)"],
    ["UTF-16", bytes([0xff, 0xfe, 0x61, 0x00]), 1, 1, "UTF-16"],
    ["a NUL", bytes("version: 1\nx: a\0b\n"), 2, 5, "U+0000"],
    ["an escape character", bytes("version: 1\nx: \u001b[2J\n"), 2, 4, "U+001B"],
    ["a C1 control", bytes("# \u009b"), 1, 3, "U+009B"],
    ["lines that end in CR alone", bytes("version: 1\rx: 1\r"), 1, 11, "carriage return"],
    ["more than a mebibyte", bytes("#".repeat(1024 * 1024 + 1)), 1, 1, "at most 1048576"],
  ])("is refused with %s", (_, text, line, column, message) => {
    expect(issuesOf(text)).toEqual([
      { file: "rotation.yaml", line, column, path: "", message: expect.stringContaining(message) },
    ]);
  });

  test("may be exactly a mebibyte", () => {
    const text = policyText();
    expect(load(text.padEnd(1024 * 1024, "#").replace(/(?<=\n)#/, "#"))).toEqual(load(text));
  });
});

describe("a text made to exhaust", () => {
  const many = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join("");

  test.each([
    ["open brackets", "[".repeat(500_000), "nested far too deep"],
    ["balanced brackets", `x: ${"[".repeat(400_000)}${"]".repeat(400_000)}`, "nested far too deep"],
    ["one-line sequences", "- ".repeat(400_000), "nested far too deep"],
    ["explicit keys", "? ".repeat(400_000), "nested far too deep"],
    ["block mappings", many(1000, (index) => `${" ".repeat(index)}a:\n`), "nested far too deep"],
    ["items", "- x\n".repeat(250_000), "more than a policy can hold"],
    ["keys", many(60_000, (index) => `k${index}: ${index}\n`), "more than a policy can hold"],
    ["empty lines", "\n".repeat(1_000_000), "more than a policy can hold"],
    ["errors", "}\n".repeat(200_000), "not valid YAML"],
    ["documents", "---\n".repeat(200_000), "a second YAML document"],
    [
      "aliases of aliases",
      `a: &a [1,2,3]\n${many(20, (i) => `${"bcdefghijklmnopqrstuvw"[i]}: &${"bcdefghijklmnopqrstuvw"[i]} [*${"abcdefghijklmnopqrstuvw"[i]}, *${"abcdefghijklmnopqrstuvw"[i]}]\n`)}`,
      "aliases that repeat",
    ],
    ["aliases by the thousand", `a: &a x\nb: [${"*a,".repeat(10_001)}]`, "aliases that repeat"],
    ["a mapping inside itself", "x: &x { y: *x }", "an alias inside its own anchor"],
  ])("is refused: %s", (_, text, message) => {
    const [issue, ...others] = issuesOf(text);
    expect(issue).toMatchObject({ path: "", message: expect.stringContaining(message) });
    expect(others).toEqual([]);
  });

  test.each(["0-9999999999 * * * *", "* * 1-1e9 * *", "*/0.0000001 * * * *", "0-59/0 * * * *"])(
    "is refused: a schedule of %s",
    (cron) => {
      expect(issuesOf(policyText({ schedule: `{ cron: "${cron}" }` }))).toMatchObject([
        { path: "schedule.cron" },
      ]);
    },
  );

  test("is told at most a thousand things, and that there are more", () => {
    const issues = issuesOf(policyText() + many(5000, (index) => `k${index}: 1\n`));
    expect(issues).toHaveLength(1001);
    expect(issues.at(-1)?.message).toContain("more than 1000");
  });

  test("is not held against rules that rely on what was left untold", () => {
    const tokens = many(1200, () => "{ name: x, scopes: 5 }, ");
    const issues = issuesOf(policyText({ projects: `[{ path: a/b, tokens: [${tokens}] }]` }));
    expect(issues).toHaveLength(1001);
    expect(issues[0]?.message).toContain("found 5, expected a list of scopes");
  });
});

describe("YAML", () => {
  test("lets an alias stand for a list or a mapping", () => {
    const policy = load(
      policyText({
        projects:
          "\n  - path: a/b\n    tokens: &tokens [{ name: x, scopes: &scopes [read_registry] }, { name: y, scopes: *scopes }]\n  - { path: c/d, tokens: *tokens }",
      }),
    );
    expect(policy.projects[1]?.tokens).toEqual(policy.projects[0]?.tokens);
  });

  test("takes an anchor given twice as the nearest before", () => {
    const text =
      "[{ path: a/b, tokens: [{ match: &m one }] }, { path: c/d, tokens: [{ match: &m two }, { match: *m, lifetime: 60d }] }]";
    expect(issuesOf(policyText({ projects: text }))).toMatchObject([{ path: "projects[1].tokens[1].match" }]);
  });

  test("says nothing of the process: no key reaches a prototype", () => {
    issuesOf(policyText({ __proto__: "{ polluted: 1 }", constructor: "{ prototype: { polluted: 1 } }" }));
    issuesOf(`${policyText()}__proto__: { polluted: 1 }\n`);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("is read as 1.2: yes, off and 1:30 are text", () => {
    const text = policyText({ defaults: "{ verify: off }" });
    expect(load(text).projects[0]?.tokens[0]?.verify).toBe("off");
    expect(issuesOf(policyText({ defaults: "{ adopt_secret: yes }" }))[0]?.message).toContain('found "yes"');
  });

  test("may give !!str, and no other tag", () => {
    const named = (name: string): string =>
      policyText({ projects: `[{ path: a/b, tokens: [{ name: ${name}, scopes: [read_registry] }] }]` });
    expect(load(named("!!str 12")).projects[0]?.tokens[0]).toMatchObject({ name: "12" });
    expect(issuesOf(named("!!binary aGk="))[0]?.message).toContain('the tag "!!binary"');
  });
});
