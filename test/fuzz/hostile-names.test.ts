import { readdirSync } from "node:fs";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { type CliWorld, type Said, startCliWorld } from "./cli-world.ts";
import { runs } from "./runs.ts";

const PIECES = [
  "\u001b[2J\u001b]0;pwned\u0007",
  "\u009b31m",
  "\u202etxt.exe\u202c",
  "\u2066\u200b\ufeff\u2028",
  "\ud800",
  "\udfff",
  "\r\n\t\u0000\b",
  "../../../../tmp/pwned",
  "/etc/passwd",
  "{{name}}{path}",
  "$(id)`id`%s%n",
  '","level":"error"',
  "\u{1f600}".repeat(255),
  "e\u0301",
  " ",
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 4 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((pieces) => Array.from(pieces.join("")).slice(0, 255).join(""))
  .filter((name) => name.trim() !== "");

const RAW = /(?![ \n])[\p{C}\p{Z}]/u;
/** What we write to a terminal ourselves: colours, and the repainting of progress. None of it is among the pieces. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const OURS = /\u001b\[(?:\d+(?:;\d+)*m|2K|\d*[AG]|\?25[lh]|\?2026[lh]|0?J)/g;

const clean = ({ stdout, stderr }: Said): void => {
  expect(stdout.replaceAll(OURS, "")).not.toMatch(RAW);
  expect(stderr.replaceAll(OURS, "")).not.toMatch(RAW);
};

const STORES = {
  file: "{ type: file, path: ./secrets }",
  aws: "{ type: aws-secrets-manager, region: us-east-1 }",
};

/** Tokens of everyone's names are taken up; those that the policy names have a secret's name of their own. */
const policyFor = (store: keyof typeof STORES, declared: readonly string[]): string => `version: 1
gitlab: { url: https://gitlab.example.com, instance: h }
store: ${STORES[store]}
groups:
  - path: platform
    projects:
      tokens:
        - { match: "*", existing: replace, secret: "taken/{id}/{name}" }
projects:
  - path: platform/api
    tokens: [{ match: "x" }${declared.map((name, index) => `, { name: ${JSON.stringify(name)}, scopes: [read_registry], secret: own/${index} }`).join("")}]
`;

const allowedInPolicy = (name: string): boolean => !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(name);

let world: CliWorld;
afterEach(() => world.close());

const below = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });

test.each(["file", "aws"] as const)(
  "no name, username or path of GitLab's reaches a terminal, a log line, a file's path or a secret's name raw: %s",
  async (store) => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(hostile, { minLength: 1, maxLength: 4 }), async (names) => {
        world = await startCliWorld();
        try {
          const { gitlab } = world;
          gitlab.world.addProject({ path: "platform/api" });
          gitlab.world.addProject({ path: `platform/${names[0]?.replaceAll("/", "")}` });
          const soon = new Date(Date.now() + 86_400_000);
          for (const { path } of [
            { path: "platform/api" },
            { path: `platform/${names[0]?.replaceAll("/", "")}` },
          ])
            for (const name of [...names, "good", "x"])
              gitlab.world.addDeployToken(
                { kind: "project", path },
                { name, username: name, scopes: ["read_registry"], expiresAt: soon },
              );
          world.aws.world.createSecret({
            name: "own/0",
            value: "v",
            tags: { "deploy-token-rotator:lineage": "h projects/9 other" },
          });
          const policy = policyFor(store, names.filter(allowedInPolicy));
          const said = {
            planned: await world.run(["plan"], policy, { terminal: true }),
            document: await world.run(["plan", "--json"], policy),
            painted: await world.run(["apply"], policy, { terminal: true }),
            logged: await world.run(["apply"], policy, { env: { LOG_FORMAT: "json", LOG_LEVEL: "debug" } }),
            told: await world.run(["apply", "--json"], policy, {
              env: { LOG_FORMAT: "text", LOG_LEVEL: "debug" },
            }),
          };
          Object.values(said).forEach(clean);
          for (const line of said.logged.stderr.trim().split("\n"))
            expect(JSON.parse(line)).toHaveProperty("level");
          for (const line of said.told.stderr.trim().split("\n"))
            expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+ (?:error|warn|info|debug) /);
          expect(JSON.parse(said.document.stdout).lineages.length).toBeGreaterThan(2);
          expect(said.painted.stdout).toMatch(/created|rotated/);

          for (const path of below(world.folder))
            expect(path).toMatch(/^home(?:\/rotation\.yaml|\/secrets(?:\/[a-z0-9_+=.@%-]+\.json)?)?$/);
          for (const { operation, body } of world.aws.log) {
            const name = String(operation === "CreateSecret" ? body["Name"] : "a/good/one");
            expect(name).toMatch(/^[A-Za-z0-9/_+=.@-]{1,512}$/);
            expect(name.split("/").filter((part) => /^\.\.?$/.test(part))).toEqual([]);
          }
        } finally {
          await world.close();
        }
      }),
      { ...runs(3), examples: [[PIECES.filter((piece) => piece.trim() !== "")]] },
    );
    world = await startCliWorld();
  },
);

test("what GitLab and AWS say when they refuse is told without what a terminal would obey", async () => {
  world = await startCliWorld();
  world.gitlab.world.addProject({ path: "platform/api" });
  const message = PIECES.join("");
  const policy = policyFor("aws", ["a"]);
  world.aws.faults.push({
    match: { operation: "CreateSecret" },
    times: 9,
    before: { error: "InvalidRequestException", message, status: 400 },
  });
  clean(await world.run(["apply"], policy, { env: { LOG_FORMAT: "text", LOG_LEVEL: "debug" } }));
  world.gitlab.faults.add({
    respond: {
      status: 403,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message }),
    },
    times: 99,
  });
  for (const terminal of [true, false]) {
    const said = await world.run(["apply"], policy, { terminal });
    clean(said);
    expect(said.code).toBe(1);
    expect(said.stdout).toContain("pwned");
  }
});
