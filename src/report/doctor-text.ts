import type { DoctorCheck, DoctorCheckName, DoctorReport, DoctorResult } from "../model/doctor.ts";
import { labelled } from "./action-text.ts";
import { count, paint, type Style, safeText, wrap } from "./text.ts";

const GROUPS = [
  ["GitLab", ["url", "tls", "version", "clock"]],
  ["Our access token", ["token-valid", "token-scope", "token-expiry"]],
  ["Projects and groups", ["role", "policy"]],
  ["Secrets", ["aws-identity", "aws-rights", "store", "secret-names"]],
  ["Schedule of `run`", ["schedule"]],
  ["Fleet", ["redis"]],
] as const satisfies readonly (readonly [string, readonly DoctorCheckName[]])[];

const COLORS = { pass: "green", warn: "yellow", fail: "red" } as const satisfies Record<DoctorResult, string>;
const NAME_WIDTH = "token-expiry".length;
/** Where a whole group is hidden from us, each of its projects fails in the same words. */
const MAX_ALIKE = 10;

/** Every check, grouped by what it is about, and a sum. */
export const renderDoctor = ({ checks, summary }: DoctorReport, style: Style): string =>
  [
    ...GROUPS.map(([title, names]) => group(title, selected(checks, names), style)).filter(
      (text) => text !== "",
    ),
    sum(summary, style),
  ].join("\n\n");

const selected = (
  checks: readonly DoctorCheck[],
  names: readonly DoctorCheckName[],
): readonly DoctorCheck[] => checks.filter(({ check }) => names.includes(check));

const group = (title: string, checks: readonly DoctorCheck[], style: Style): string => {
  if (checks.length === 0) return "";
  const shown = new Map<string, number>();
  const visible = checks.filter(({ check, result }) => {
    const key = `${check} ${result}`;
    const nth = (shown.get(key) ?? 0) + 1;
    shown.set(key, nth);
    return nth <= MAX_ALIKE;
  });
  // Advice that several checks in a row share stands once, below the last of them.
  const lines = visible.map((check, index) =>
    line(check.fix === visible[index + 1]?.fix ? { ...check, fix: undefined } : check, style),
  );
  const more = [...shown].flatMap(([key, amount]) =>
    amount > MAX_ALIKE ? [`  ${amount - MAX_ALIKE} more of ${key}; --json lists them all`] : [],
  );
  return [paint(style, "bold", title), ...lines, ...more].join("\n");
};

const line = ({ check, result, message, fix }: DoctorCheck, style: Style): string => {
  const label = result === "fail" ? "FAIL" : result;
  const indent = " ".repeat(2 + label.length + 2 + NAME_WIDTH + 2);
  const head = `  ${paint(style, COLORS[result], label)}  ${check.padEnd(NAME_WIDTH)}  `;
  const text = wrap(safeText(message), style.columns, indent).slice(indent.length);
  const advice = fix === undefined ? [] : [wrap(`-> ${safeText(fix)}`, style.columns, indent)];
  return [`${head}${text}`, ...advice].join("\n");
};

const sum = (summary: DoctorReport["summary"], style: Style): string => {
  const { pass, warn, fail } = summary;
  const text = `${pass} passed, ${count(warn, "warning")}, ${count(fail, "failure")}.`;
  if (fail > 0) return labelled("Not ready:", text, { style, color: "red" });
  return labelled(warn > 0 ? "Ready, with warnings:" : "Ready:", text, {
    style,
    color: warn > 0 ? "yellow" : "green",
  });
};
