import { describe, expect, test } from "vitest";
import {
  endsLikeAnArn,
  isValidSecretName,
  readTemplate,
  renderSecretName,
  usesPlaceholder,
} from "../../src/policy/template.ts";

const parts = { kind: "project", path: "platform/api", name: "registry-pull", id: 42 } as const;

describe("renderSecretName", () => {
  test.each([
    ["gitlab/{kind}/{path}/{name}", "gitlab/project/platform/api/registry-pull"],
    ["{id}/{name}", "42/registry-pull"],
    ["{name}{name}", "registry-pullregistry-pull"],
    ["fixed", "fixed"],
  ])("%s gives %s", (template, name) => {
    expect(renderSecretName(template, parts)).toBe(name);
  });

  test("takes a value as it is, braces and dollar signs too", () => {
    expect(renderSecretName("{name}/{id}", { ...parts, name: "{id}$&$1" })).toBe("{id}$&$1/42");
  });

  test("leaves a key alone that objects inherit", () => {
    expect(renderSecretName("{constructor}", parts)).toBe("{constructor}");
  });
});

describe("isValidSecretName", () => {
  test.each(["a", "A-Za-z0-9/_+=.@-", "x".repeat(512)])("takes %j", (name) => {
    expect(isValidSecretName(name)).toBe(true);
  });

  test.each(["", "a b", "a{b}", "é", "a\n", "x".repeat(513), "a:b", "a!"])("refuses %j", (name) => {
    expect(isValidSecretName(name)).toBe(false);
  });
});

test("endsLikeAnArn sees a hyphen and six characters at the end", () => {
  expect(["prod/api-deploy", "prod/api-a1B2c3"].every(endsLikeAnArn)).toBe(true);
  expect(["prod/api-pull", "prod/registry", "prod-deploys"].some(endsLikeAnArn)).toBe(false);
});

test("readTemplate gives unknown placeholders and the text between", () => {
  expect(readTemplate("a/{path}/{nmae}/}b{")).toEqual({ unknown: ["nmae"], literal: "a///}b{" });
  expect(readTemplate("{path}{name}{kind}{id}")).toEqual({ unknown: [], literal: "" });
});

test("usesPlaceholder looks for the whole placeholder", () => {
  expect(usesPlaceholder("x/{name}", "name")).toBe(true);
  expect(usesPlaceholder("x/name", "name")).toBe(false);
});
