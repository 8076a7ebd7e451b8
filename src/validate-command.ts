import { type Options, policyFileOf, settingsOf } from "./command.ts";
import { PolicyError } from "./model/errors.ts";
import { formatIssue } from "./policy/issue-text.ts";
import { policyWarnings } from "./policy/warnings.ts";
import { readPolicy } from "./policy-file.ts";
import { EXIT, type Program } from "./program.ts";
import { jsonText, validateJson } from "./report/json.ts";
import { safeText } from "./report/text.ts";

/** Checks the policy, offline. */
export const validateCommand = (program: Program, options: Options): number => {
  const settings = settingsOf(program);
  const file = policyFileOf(options, settings);
  const print = (text: string): void => void program.stdout.write(`${text}\n`);
  try {
    const warnings = policyWarnings(readPolicy(program, settings, file));
    if (options.json) print(jsonText(validateJson({ valid: true, issues: [], warnings })));
    else
      print(
        [...warnings.map((issue) => `warning: ${formatIssue(issue)}`), `${safeText(file)} is valid.`].join(
          "\n",
        ),
      );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof PolicyError) || !options.json) throw error;
    print(jsonText(validateJson({ valid: false, issues: error.issues, warnings: [] })));
    return EXIT.config;
  }
};
