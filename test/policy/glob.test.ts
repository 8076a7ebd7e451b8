import { describe, expect, test } from "vitest";
import { compileNameGlob, compilePathGlob, globProblem } from "../../src/policy/glob.ts";

describe("a name glob", () => {
  test.each([
    ["ci-*", "ci-a"],
    ["ci-*", "ci-"],
    ["ci-*", "ci-a/b"],
    ["ci-*", "ci-/../x"],
    ["ci-*", "ci-two\nlines"],
    ["*", "./x"],
    ["**", "a/../b"],
    ["*", ".hidden"],
    ["./x", "./x"],
    ["ci-?", "ci-a"],
    ["ci-[ab]", "ci-b"],
    ["ci-[!ab]", "ci-c"],
    ["ci-{a,b}*", "ci-bx"],
    ["a\\*", "a*"],
    ["a\\(b", "a(b"],
    ["a\\\\(b", "a\\(b"],
    ["deploy (old)*", "deploy (old) x"],
    ["a+b|c@$^", "a+b|c@$^"],
    ['say "*"', 'say "hello"'],
  ])("%j matches %j", (pattern, name) => {
    expect(compileNameGlob(pattern)(name)).toBe(true);
  });

  test.each([
    ["ci-*", "CI-a"],
    ["ci-*", "xci-a"],
    ["ci", "ci/"],
    ["ci-[ab]", "ci-a/"],
    ["ci-[!ab]", "ci-a"],
    ["a.b", "axb"],
    ["a|b", "a"],
    ["@(a|b)", "a"],
    ["a\\*", "ab"],
  ])("%j does not match %j", (pattern, name) => {
    expect(compileNameGlob(pattern)(name)).toBe(false);
  });
});

describe("a path glob", () => {
  test.each([
    ["platform/sandbox/**", "platform/sandbox/a/b"],
    ["platform/*", "platform/api"],
    ["platform/*", "platform/.github"],
    ["platform/sandbox/**", "Platform/Sandbox/a"],
    ["**/x", "x"],
    ["**/x", "a/b/x"],
  ])("%j matches %j", (pattern, path) => {
    expect(compilePathGlob(pattern)(path)).toBe(true);
  });

  test.each([
    ["platform/*", "platform/a/b"],
    ["platform/sandbox/**", "platform/sandbox"],
    ["platform/sandbox/**", "platform/sandbox-2/a"],
    ["*", "platform/api"],
  ])("%j does not match %j", (pattern, path) => {
    expect(compilePathGlob(pattern)(path)).toBe(false);
  });
});

describe("a bad glob", () => {
  test.each([
    ["", "a glob"],
    ["ci-[", 'the closing "]" is missing'],
    ["ci-]", 'the opening "[" is missing'],
    ["{a,b", 'the closing "}" is missing'],
    ["[z-a]", "ranges that run upwards"],
    ["!ci-*", 'no leading "!"'],
    ["*a*b*c*", "at most 3 stars"],
    ["{a,b}{a,b}{a,b}{a,b}{a,b}", "at most 4 brace groups"],
    ["+(x)", 'no "+("'],
    ["ci-*(x)", 'no "*("'],
    ["ci-\\", 'behind the "\\" at the end'],
    ["[", 'the closing "]" is missing'],
    ["ci-}", 'the opening "{" is missing'],
    ["{a}", "list words"],
    ["{1..3}", "list words"],
    ["[[:alpha:]]", "not classes"],
    ["x".repeat(513), "at most 512 characters"],
  ])("%j is explained", (pattern, message) => {
    expect(globProblem(pattern, compileNameGlob)).toContain(message);
    expect(globProblem(pattern, compilePathGlob)).toContain(message);
  });

  test("is none of these", () => {
    for (const pattern of [
      "*",
      "ci-*",
      "a b",
      "(x)",
      "**/x/**",
      "{a,b}-[0-9]?",
      "+\\(x)",
      "\\{a\\}",
      "[{]x",
      "{a,{b,c}}",
    ]) {
      expect(globProblem(pattern, compileNameGlob)).toBeUndefined();
    }
  });
});
