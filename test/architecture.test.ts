import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

type Files = ReadonlyMap<string, string>;

/** Which rooms a room may import, itself apart. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  policy: ["model"],
  plan: ["model", "policy"],
  apply: ["model", "policy", "plan"],
  report: ["model"],
  gitlab: ["model"],
  store: ["model"],
  server: ["model"],
  notify: ["model"],
  fleet: ["model"],
  shell: ["model", "policy", "plan", "apply", "report", "gitlab", "store", "server", "notify", "fleet"],
};

const PURE = ["model", "policy", "plan", "apply", "report"];

/** Parts of node that neither read nor change the world. */
const PURE_NODE = ["node:crypto", "node:util", "node:path", "node:path/posix"];

const IMPURE_GLOBALS = [
  "process",
  "console",
  "performance",
  "globalThis",
  "fetch",
  "setTimeout",
  "setInterval",
];

const MAIN_ONLY = ["argv", "env", "exit", "exitCode", "on", "once"];

const roomOf = (path: string): string => {
  const [top, room = "", rest] = path.split("/");
  if (top !== "src") return "the outside";
  return rest === undefined ? "shell" : room;
};

/** Everything that breaks the rules of the rooms, each as `path: what`. */
const violations = (files: Files): string[] =>
  [...files].flatMap(([path, text]) => {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const found = nodesOf(source).flatMap((node) => [
      ...importViolations(path, node),
      ...(PURE.includes(roomOf(path)) ? impurities(node) : []),
      ...(path === "src/main.ts" ? [] : processViolations(node)),
    ]);
    return found.map((what) => `${path}: ${what}`);
  });

const nodesOf = (node: ts.Node): ts.Node[] => {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(...nodesOf(child));
  });
  return [node, ...children];
};

/** The module that a node imports: `import`, `export from`, lazy `import()`, `import type`, `import("x").Type`. */
const importedBy = (node: ts.Node): string | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0]) ?? "(computed)";
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  return undefined;
};

const literal = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

const importViolations = (path: string, node: ts.Node): string[] => {
  const specifier = importedBy(node);
  if (specifier === undefined) return [];
  if (specifier === "(computed)") return ["imports what cannot be told from its text"];
  if (!specifier.startsWith(".")) return [];
  const from = roomOf(path);
  const to = roomOf(normalize(join(dirname(path), specifier)));
  return from === to || ALLOWED[from]?.includes(to) ? [] : [`${from} imports ${to} (${specifier})`];
};

const impurities = (node: ts.Node): string[] => {
  const specifier = importedBy(node);
  if (specifier?.startsWith("node:") && !PURE_NODE.includes(specifier)) return [`imports ${specifier}`];
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return ["imports lazily"];
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments?.length)
    return ["reads the clock (new Date())"];
  if (ts.isCallExpression(node) && node.expression.getText() === "Date") return ["reads the clock (Date())"];
  if (ts.isPropertyAccessExpression(node) && /^(Date\.now|Math\.random)$/.test(node.getText()))
    return [`uses ${node.getText()}`];
  return isGlobal(node, IMPURE_GLOBALS) ? [`uses ${node.getText()}`] : [];
};

/** An identifier that stands for itself, not the name of a property or of a type's member. */
const isGlobal = (node: ts.Node, names: readonly string[]): boolean => {
  if (!ts.isIdentifier(node) || !names.includes(node.text)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !("name" in parent && parent.name === node);
};

const processViolations = (node: ts.Node): string[] => {
  if (!ts.isIdentifier(node) || node.text !== "process" || !isGlobal(node, ["process"])) return [];
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent)) return ["uses process as a whole"];
  return MAIN_ONLY.includes(parent.name.text) ? [`uses process.${parent.name.text}`] : [];
};

const filesUnder = (folder: string): Files =>
  new Map(
    globSync(`${folder}/**/*.ts`, { cwd: ROOT }).map((path) => [
      path,
      readFileSync(join(ROOT, path), "utf8"),
    ]),
  );

const one = (path: string, text: string): string[] => violations(new Map([[path, text]]));

describe("the rooms", () => {
  test("import one way, and the pure ones touch nothing", () => {
    const files = filesUnder("src");
    expect(files.size).toBeGreaterThan(20);
    expect(violations(files)).toEqual([]);
  });

  test("keep every file under 300 lines, but for generated ones", () => {
    const long = [...filesUnder("src")].filter(
      ([path, text]) => !path.endsWith(".d.ts") && text.trimEnd().split("\n").length > 300,
    );
    expect(long.map(([path]) => path)).toEqual([]);
  });

  test("need nothing from outside the repository", () => {
    const files = [...filesUnder("src"), ...filesUnder("test")];
    const outside = files.filter(
      ([path, text]) =>
        !path.startsWith("test/conformance/") &&
        path !== "test/architecture.test.ts" &&
        text.includes("../shared"),
    );
    expect(outside.map(([path]) => path)).toEqual([]);
  });

  test("run on a Node that strips types by itself", () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(engines).toEqual({ node: expect.stringMatching(/^>=22\.(1[89]|[2-9]\d)\.\d+$/) });
  });
});

describe("the checker reports", () => {
  test.each([
    [
      "an adapter in a pure room",
      "src/plan/a.ts",
      `import { x } from "../store/aws.ts";`,
      "plan imports store (../store/aws.ts)",
    ],
    [
      "a type of an adapter",
      "src/plan/a.ts",
      `import type { X } from "../gitlab/x.ts";`,
      "plan imports gitlab (../gitlab/x.ts)",
    ],
    [
      "an inline type of an adapter",
      "src/policy/a.ts",
      `type X = import("../gitlab/x.ts").X;`,
      "policy imports gitlab (../gitlab/x.ts)",
    ],
    [
      "a re-export",
      "src/model/a.ts",
      `export { x } from "../policy/x.ts";`,
      "model imports policy (../policy/x.ts)",
    ],
    [
      "adapters that know each other",
      "src/gitlab/deep/a.ts",
      `import "../../store/x.ts";`,
      "gitlab imports store (../../store/x.ts)",
    ],
    [
      "a room that imports the shell",
      "src/store/a.ts",
      `import "../settings.ts";`,
      "store imports shell (../settings.ts)",
    ],
    [
      "a room that nobody has given rules",
      "src/extra/a.ts",
      `import "../model/x.ts";`,
      "extra imports model (../model/x.ts)",
    ],
    [
      "an import into the repository's own tests",
      "src/model/a.ts",
      `import "../../test/x/y.ts";`,
      "model imports the outside (../../test/x/y.ts)",
    ],
    ["the file system", "src/policy/a.ts", `import { readFileSync } from "node:fs";`, "imports node:fs"],
    [
      "the file system's promises",
      "src/report/a.ts",
      `import "node:fs/promises";`,
      "imports node:fs/promises",
    ],
    ["a lazy import", "src/apply/a.ts", `const x = await import("winston");`, "imports lazily"],
    [
      "an import that is computed",
      "src/store/a.ts",
      "await import(name);",
      "imports what cannot be told from its text",
    ],
    ["a clock read", "src/plan/a.ts", "const now = Date.now();", "uses Date.now"],
    ["a clock handed on", "src/plan/a.ts", "run(Date.now);", "uses Date.now"],
    ["the present", "src/plan/a.ts", "const now = new Date();", "reads the clock (new Date())"],
    ["the present as text", "src/plan/a.ts", "const now = Date();", "reads the clock (Date())"],
    ["randomness", "src/apply/a.ts", "const x = Math.random();", "uses Math.random"],
    ["a timer", "src/apply/a.ts", "setTimeout(run, 1);", "uses setTimeout"],
    ["the console", "src/report/a.ts", "console.log(1);", "uses console"],
    ["the console by another way", "src/report/a.ts", `globalThis["console"];`, "uses globalThis"],
    ["the environment outside main.ts", "src/gitlab/a.ts", "const x = process.env;", "uses process.env"],
    ["the environment taken apart", "src/cli.ts", "const { env } = process;", "uses process as a whole"],
    ["a signal outside main.ts", "src/daemon.ts", `process.on("SIGTERM", stop);`, "uses process.on"],
  ])("%s", (_, path, text, what) => {
    expect(one(path, text)).toContain(`${path}: ${what}`);
  });

  test.each([
    ["words in comments and strings", "src/plan/a.ts", `// a process. Date.now()\nconst x = "process.env";`],
    [
      "properties that are called like globals",
      "src/apply/a.ts",
      "const x = { process: 1 }; x.process; options.fetch();",
    ],
    ["a date that is given", "src/plan/a.ts", "const x = new Date(0);"],
    [
      "what the rules allow",
      "src/plan/a.ts",
      `import "../model/x.ts"; import "../policy/y.ts"; import "zod"; import "node:crypto";`,
    ],
    [
      "main.ts",
      "src/main.ts",
      `import "./cli.ts"; process.on("SIGTERM", () => process.exit(process.argv.length));`,
    ],
    ["standard error in the shell", "src/cli.ts", "process.stderr.isTTY;"],
  ])("nothing about %s", (_, path, text) => {
    expect(one(path, text)).toEqual([]);
  });
});
