import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const root = new URL("../../", import.meta.url);

const gitLabTypes = async (): Promise<string> => {
  const nodes = await openapiTS(new URL("config/gitlab.openapi.yaml", root), {
    alphabetize: true,
    silent: true,
  });
  return `// Generated from config/gitlab.openapi.yaml by \`npm run generate\`.\n\n${astToString(nodes).trimEnd()}\n`;
};

const policySchema = async (): Promise<string> => {
  const { policyJsonSchema } = await import("../../src/policy/json-schema.ts");
  return `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
};

const webhookSchema = async (): Promise<string> => {
  const { webhookJsonSchema } = await import("../../src/notify/webhook-schema.ts");
  return `${JSON.stringify(webhookJsonSchema(), null, 2)}\n`;
};

const generated: ReadonlyMap<string, () => Promise<string>> = new Map([
  ["src/gitlab/schema.d.ts", gitLabTypes],
  ["config/rotation.schema.json", policySchema],
  ["config/webhook.schema.json", webhookSchema],
]);

const onDisk = (file: string): Promise<string | undefined> =>
  readFile(new URL(file, root), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });

const staleFiles = async (): Promise<readonly string[]> => {
  const stale = [];
  for (const [file, make] of generated) if ((await onDisk(file)) !== (await make())) stale.push(file);
  return stale;
};

if (process.argv.includes("--check")) {
  const stale = await staleFiles();
  for (const file of stale) console.error(`${file} is stale: run \`npm run generate\` and commit it`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [file, make] of generated) await writeFile(new URL(file, root), await make());
}
