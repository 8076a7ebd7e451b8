import { fileURLToPath } from "node:url";
import type { Program } from "./program.ts";

/** The same relative path from `src` and from `dist`. */
export const versionOf = (program: Pick<Program, "readFile">): string => {
  const text = program.readFile(fileURLToPath(new URL("../package.json", import.meta.url)));
  const { version } = JSON.parse(Buffer.from(text).toString("utf8")) as { readonly version: string };
  return version;
};
