import type { DoctorCheck, DoctorReport } from "../model/doctor.ts";

/** What `doctor --json` prints. Scripts rely on every name in it. */
export interface DoctorDocument {
  readonly version: 1;
  readonly at: string;
  readonly checks: readonly (Pick<DoctorCheck, "check" | "result" | "message"> & {
    readonly fix: string | null;
  })[];
  readonly summary: DoctorReport["summary"];
}

export const doctorJson = ({ at, checks, summary }: DoctorReport): DoctorDocument => ({
  version: 1,
  at: at.toISOString(),
  checks: checks.map(({ check, result, message, fix }) => ({ check, result, message, fix: fix ?? null })),
  summary: { pass: summary.pass, warn: summary.warn, fail: summary.fail },
});
