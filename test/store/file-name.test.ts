import fc from "fast-check";
import { expect, test } from "vitest";
import { fileOf, isSecretFile } from "../../src/store/file-name.ts";

const CHARACTERS = [..."ABCXYZabcxyz0189/_+=.@-%"];
const names = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 512 });

test.each([
  ["a/b", "a%2fb.json"],
  ["Prod", "%50rod.json"],
  ["..", "%2e..json"],
  ["../../etc/passwd", "%2e.%2f..%2fetc%2fpasswd.json"],
  ["/etc/passwd", "%2fetc%2fpasswd.json"],
  ["a.b@c+d=e_f-g", "a.b@c+d=e_f-g.json"],
])("writes %s as %s", (name, file) => {
  expect(fileOf("/secrets", name)).toBe(`/secrets/${file}`);
});

test("gives every name a file of its own in the folder, on a file system that ignores case too", () => {
  fc.assert(
    fc.property(names, names, (one, other) => {
      const [file, second] = [one, other].map((name) => fileOf("/secrets", name).slice("/secrets/".length));
      expect(file).toMatch(/^[^/.][^/]*\.json$/);
      expect(isSecretFile(file as string)).toBe(true);
      expect(file?.length).toBeLessThanOrEqual(255);
      expect(file?.toLowerCase()).toBe(file);
      expect(file === second).toBe(one === other);
    }),
  );
});

test("tells long names apart by their end, and keeps within what a file system takes", () => {
  const long = "N".repeat(511);
  expect(fileOf("", `${long}a`).length).toBeLessThanOrEqual(255);
  expect(fileOf("/secrets", `${long}a`)).not.toBe(fileOf("/secrets", `${long}b`));
});
