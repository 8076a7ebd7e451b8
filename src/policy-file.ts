import { PolicyError } from "./model/errors.ts";
import type { Policy } from "./model/policy.ts";
import { loadPolicy } from "./policy/load-policy.ts";
import type { Program } from "./program.ts";
import type { Settings } from "./settings.ts";

export const readPolicy = (program: Program, settings: Settings, file: string): Policy => {
  let bytes: Uint8Array;
  try {
    bytes = program.readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `cannot be read (${why}); name the policy with --policy FILE or ROTATION_POLICY`;
    throw new PolicyError([{ file, line: 1, column: 1, path: "", message }]);
  }
  const { gitlabBaseUrl } = settings;
  return loadPolicy({ file, bytes, ...(gitlabBaseUrl !== undefined && { baseUrl: gitlabBaseUrl }) });
};
