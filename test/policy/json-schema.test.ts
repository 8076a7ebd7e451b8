import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policyJsonSchema } from "../../src/policy/json-schema.ts";

const corpus = new URL("./corpus/", import.meta.url);
const read = (file: string): unknown =>
  parse(readFileSync(new URL(file, corpus), "utf8"), { logLevel: "error" });
const accepts = new Ajv2020({ strict: false, allErrors: true }).compile(policyJsonSchema());

/** What only the loader can see: text that is no YAML, rules across keys, checks that no pattern expresses. */
const LOADER_ONLY = new Set(readFileSync(new URL("loader-only.txt", corpus), "utf8").trimEnd().split("\n"));

describe("the JSON Schema for editors", () => {
  test.each(readdirSync(new URL("valid/", corpus)))("accepts %s", (file) => {
    expect(accepts(read(`valid/${file}`)), JSON.stringify(accepts.errors)).toBe(true);
  });

  test("accepts the example at the root", () => {
    expect(accepts(read("../../../rotation.yaml")), JSON.stringify(accepts.errors)).toBe(true);
  });

  const structural = readdirSync(corpus)
    .filter((file) => file.endsWith(".yaml"))
    .filter((file) => !LOADER_ONLY.has(file.slice(0, -".yaml".length)));

  test.each(structural)("refuses %s", (file) => {
    expect(accepts(read(file))).toBe(false);
  });

  test("describes every key", () => {
    expect(undescribed(policyJsonSchema(), "")).toEqual([]);
  });

  test("names its dialect and itself", () => {
    expect(policyJsonSchema()).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: expect.stringMatching(/^urn:/),
      title: expect.any(String),
      additionalProperties: false,
    });
  });
});

type Schema = { readonly [key: string]: unknown };

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

/** Paths of properties without a description; what conditions say about a property is none. */
const undescribed = (schema: unknown, path: string): readonly string[] => {
  if (!isSchema(schema)) return [];
  const properties = isSchema(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const inner = ["items", "anyOf"].flatMap((key) =>
    [schema[key]].flat().flatMap((one) => undescribed(one, path)),
  );
  const own = properties.flatMap(([key, value]) => [
    ...(isSchema(value) && typeof value["description"] === "string" ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ]);
  return [...inner, ...own];
};
