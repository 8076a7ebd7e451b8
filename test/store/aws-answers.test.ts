import { expect, it } from "vitest";
import { ANSWERS } from "../../src/store/aws-answers.ts";

const stagesOf = (stages: object) => {
  const { data, error } = ANSWERS.listed.safeParse({ ARN: "arn", Name: "name", ...stages });
  return error === undefined ? data.SecretVersionsToStages : error.issues.map(({ path }) => path.join("."));
};

it.each([
  [{}, []],
  [{ SecretVersionsToStages: null }, []],
  [
    { SecretVersionsToStages: { a: ["AWSCURRENT"], b: [] } },
    [
      ["a", ["AWSCURRENT"]],
      ["b", []],
    ],
  ],
])("reads the versions of %j with their labels", (stages, expected) => {
  expect(stagesOf(stages)).toEqual(expected);
});

const [where, long] = ["SecretVersionsToStages", "x".repeat(2_049)];

it.each([
  [5, [where]],
  [["AWSCURRENT"], [where]],
  [{ a: "AWSCURRENT" }, [`${where}.a`]],
  [{ a: [5], b: [long], c: ["AWSCURRENT"] }, [`${where}.a`, `${where}.b`]],
  [{ [long]: [] }, [where]],
])("says where versions are not what AWS documents: %j", (stages, expected) => {
  expect(stagesOf({ [where]: stages })).toEqual(expected);
});
