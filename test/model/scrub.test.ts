import { expect, test } from "vitest";
import { scrub } from "../../src/model/scrub.ts";
import { Secret } from "../../src/model/secret.ts";

test.each([
  ["the value as a whole", "failed: a b c", "a b c", "failed: [secret]"],
  ["its longer pieces", "failed: gldt-abc", '{"password":"gldt-abc"}', "failed: [secret]"],
  ["no short one, which any text may hold", "a put failed", '{"a":"gldt-abc"}', "a put failed"],
  ["nothing where there is no value", "a put failed", "", "a put failed"],
])("takes %s out of a text", (_, text, value, left) => {
  expect(scrub(text, new Secret(value))).toBe(left);
});
