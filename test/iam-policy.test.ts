import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { MANAGED_BY, MANAGED_BY_TAG } from "../src/model/names.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: unknown;
}

const TEXT = readFileSync(`${ROOT}/deploy/iam-policy.json`, "utf8");
const statements = (JSON.parse(TEXT) as { Statement: readonly Statement[] }).Statement;

const actions = (effect: Statement["Effect"]): string[] =>
  statements.filter(({ Effect }) => Effect === effect).flatMap(({ Action }) => Action);

/** What the store sends, told from the SDK's commands in its text. */
const used = (): Set<string> => {
  const texts = globSync("src/store/**/*.ts", { cwd: ROOT }).map((path) =>
    readFileSync(`${ROOT}/${path}`, "utf8"),
  );
  const commands = texts.flatMap((text) => [...text.matchAll(/\bnew (?:\w+\.)*(\w+)Command\(/g)]);
  return new Set(commands.map(([, name]) => `secretsmanager:${name}`));
};

describe("the IAM policy that is shipped", () => {
  test("denies to read a value, whatever else allows it", () => {
    const denial = statements.find(({ Effect }) => Effect === "Deny");
    expect(denial).toMatchObject({ Resource: "*" });
    expect(denial).not.toHaveProperty("Condition");
    expect(actions("Deny")).toEqual(["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"]);
  });

  test("allows every action that the store uses, and no other", () => {
    const allowed = actions("Allow").filter((action) => action.startsWith("secretsmanager:"));
    expect(used().size).toBeGreaterThan(0);
    expect(new Set(allowed)).toEqual(used());
  });

  test("holds no wildcard action, and reaches beyond gitlab/ only to list", () => {
    expect(actions("Allow").join()).not.toContain("*");
    const wide = statements.filter(({ Effect, Resource }) => Effect === "Allow" && Resource === "*");
    expect(wide.map(({ Action }) => Action)).toEqual(["secretsmanager:ListSecrets"]);
  });

  test("lets values into secrets that carry our tag only", () => {
    const put = statements.find(({ Action }) => Action === "secretsmanager:PutSecretValue");
    expect(put?.Condition).toEqual({ StringEquals: { [`aws:ResourceTag/${MANAGED_BY_TAG}`]: MANAGED_BY } });
  });

  test("names no account of anybody's", () => {
    expect(TEXT).not.toMatch(/\d{12}/);
  });
});
