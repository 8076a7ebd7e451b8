import { describe, expect, test } from "vitest";
import { gitLabMessage } from "../../src/gitlab/short-message.ts";

describe("what GitLab says", () => {
  test.each([
    ["message", { message: "403 Forbidden" }, "403 Forbidden"],
    ["error within message", { message: { error: "Try again later." } }, "Try again later."],
    ["error", { error: "name is missing" }, "name is missing"],
    [
      "error_description",
      { error: "invalid_token", error_description: "Token was revoked." },
      "Token was revoked.",
    ],
    ["nothing that is HTML", "<html>502</html>", undefined],
    ["nothing that is empty", "", undefined],
    ["nothing that is absent", undefined, undefined],
    ["nothing of another type", { message: 7 }, undefined],
  ])("is read from %s", (_, body, expected) => {
    expect(gitLabMessage(body)).toBe(expected);
  });

  test("cannot steer a terminal, nor start a line", () => {
    expect(gitLabMessage({ message: "a\u001b[31mb\nc\u009bd\u202ee\u2028f\u2066g" })).toBe(
      "a\\u001b[31mb\\u000ac\\u009bd\\u202ee\\u2028f\\u2066g",
    );
  });

  test("is cut at 200 characters", () => {
    expect(gitLabMessage({ message: "x".repeat(500) })).toBe(`${"x".repeat(200)}…`);
  });

  test("loses anything that looks like a token", () => {
    expect(
      gitLabMessage({ message: "bad glpat-0123456789abcdefghij and acme-gldt-0123456789abcdefghij" }),
    ).toBe("bad [secret] and acme-[secret]");
  });
});
