import { expect, test } from "vitest";
import { didYouMean, inWords } from "../../src/policy/nearest.ts";

const known = ["lifetime", "renew_before", "overlap", "json", "off", "aws-secrets-manager"];

test.each([
  ["lifetme", "lifetime"],
  ["renewBefore", "renew_before"],
  ["renew-before", "renew_before"],
  ["OVERLAP", "overlap"],
  ["jsno", "json"],
  ["of", "off"],
  ["aws", "aws-secrets-manager"],
])("didYouMean takes %s for %s", (word, meant) => {
  expect(didYouMean(word, known)).toBe(`, did you mean "${meant}"?`);
});

test.each(["xml", "vault", "", "x".repeat(65), 5, null, undefined])(
  "didYouMean has no guess at %j",
  (word) => {
    expect(didYouMean(word, known)).toBe("");
  },
);

test("inWords joins words as people do", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(inWords)).toEqual(["", "a", "a or b", "a, b or c"]);
});
