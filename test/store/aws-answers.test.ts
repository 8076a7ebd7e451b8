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

it.each([
  [1_763_866_805, "2025-11-23T03:00:05.000Z"],
  [1_763_866_805.25, "2025-11-23T03:00:05.250Z"],
  ["1763866805", "2025-11-23T03:00:05.000Z"],
  [1e300, undefined],
  ["soon", undefined],
  [{}, undefined],
])("reads the time %j of a list as AWS sends it", (sent, expected) => {
  const { data } = ANSWERS.listed.safeParse({ ARN: "arn", Name: "name", LastChangedDate: sent });
  expect(data?.LastChangedDate?.toISOString()).toBe(expected);
});
