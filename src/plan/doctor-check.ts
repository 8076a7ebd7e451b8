import {
  DOCTOR_CHECKS,
  type DoctorCheck,
  type DoctorCheckName,
  type DoctorReport,
  type DoctorResult,
} from "../model/doctor.ts";

const judged =
  (result: DoctorResult) =>
  (check: DoctorCheckName, message: string, fix?: string): DoctorCheck => ({ check, result, message, fix });

export const pass = judged("pass");
export const warn = judged("warn");
export const fail = judged("fail");

/** A check that another one stands in the way of: it says nothing about itself. */
export const notTried = (check: DoctorCheckName, because: DoctorCheckName): DoctorCheck =>
  warn(check, `Not tried: it needs what \`${because}\` did not find.`);

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** In a fixed order, whatever came back first. */
export const doctorReport = (checks: readonly DoctorCheck[], at: Date): DoctorReport => {
  const count = (wanted: DoctorResult): number => checks.filter(({ result }) => result === wanted).length;
  return {
    at,
    checks: checks.toSorted(
      (one, other) => DOCTOR_CHECKS.indexOf(one.check) - DOCTOR_CHECKS.indexOf(other.check),
    ),
    summary: { pass: count("pass"), warn: count("warn"), fail: count("fail") },
  };
};
