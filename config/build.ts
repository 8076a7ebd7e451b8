/**
 * Makes `dist/`, or the folder that is named: `node config/build.ts [FOLDER]`. What package.json calls a dependency stays
 * outside, in node_modules; every other package that `src` imports is bundled, with its licence in THIRD-PARTY-NOTICES.
 */
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type OutputChunk, type Plugin, rolldown } from "rolldown";

const ROOT = resolve(import.meta.dirname, "..");

interface Package {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const packageIn = (folder: string): Package => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

const { dependencies, optionalDependencies } = packageIn(ROOT);
const OUTSIDE = Object.keys({ ...dependencies, ...optionalDependencies });

const isOutside = (id: string): boolean =>
  id.startsWith("node:") || OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`));

/** The folder of the package that a bundled module comes from; the bundler's own helpers are in the output too. */
const packageFolder = (module: string): string | undefined => {
  if (module.startsWith("\0rolldown/")) return join(ROOT, "node_modules/rolldown");
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module)?.[0];
};

const LICENCES = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md"];

const licenceIn = (folder: string): string => {
  for (const name of LICENCES)
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {}
  throw new Error(`${folder} has no licence text, so it cannot be bundled`);
};

const noticeOf = (folder: string): string => {
  const { name, version } = packageIn(folder);
  return `${name} ${version}\n\n${licenceIn(folder).trim()}\n`;
};

const notices: Plugin = {
  name: "notices",
  generateBundle(_, output) {
    const chunks = Object.values(output).filter((file): file is OutputChunk => file.type === "chunk");
    const folders = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageFolder(id) ?? []));
    const source = [...new Set(folders)]
      .map(noticeOf)
      .sort()
      .join(`\n${"-".repeat(80)}\n\n`);
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-NOTICES", source });
  },
};

const folder = resolve(process.argv[2] ?? join(ROOT, "dist"));
rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: ROOT,
  input: { main: "src/main.ts" },
  platform: "node",
  external: isOutside,
  transform: { target: "node22.19" },
  plugins: [notices],
  // A name that cannot be resolved is a package that nobody has declared.
  onLog: (level, log, tell) => (level === "warn" ? tell("error", log) : tell(level, log)),
});
await bundle.write({
  dir: folder,
  chunkFileNames: "[name].js",
  codeSplitting: {
    // Every file costs a quick command its time: one for what any command loads, one more for `validate`.
    groups: [
      { name: "start", test: /\/src\/cli\.ts$/, priority: 2 },
      { name: "policy", test: /\/src\/validate-command\.ts$/, priority: 1 },
    ],
  },
});
