/** Prints a line per check and counts. */
export interface Checks {
  check(name: string, problems: readonly string[], remark?: string): void;
  /** Said, and counted neither way. */
  mention(text: string): void;
  /** Prints the figures; the exit code to end with. */
  conclude(): number;
}

export const createChecks = (print: (line: string) => void): Checks => {
  let passed = 0;
  let failed = 0;
  return {
    check: (name, problems, remark) => {
      if (problems.length === 0) passed += 1;
      else failed += 1;
      print(
        `${problems.length === 0 ? "ok  " : "FAIL"} ${name}${remark === undefined ? "" : ` (${remark})`}`,
      );
      for (const problem of problems) print(`       ${problem}`);
    },
    mention: (text) => print(`     ${text}`),
    conclude: () => {
      print(`${passed} passed, ${failed} failed`);
      return failed === 0 && passed > 0 ? 0 : 1;
    },
  };
};
