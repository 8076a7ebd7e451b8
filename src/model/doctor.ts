/** What is looked at, in the order in which it is shown. Stable: scripts rely on them. */
export const DOCTOR_CHECKS = [
  "url",
  "tls",
  "version",
  "clock",
  "token-valid",
  "token-scope",
  "token-expiry",
  "role",
  "policy",
  "aws-identity",
  "aws-rights",
  "store",
  "secret-names",
  "schedule",
  "redis",
] as const;
export type DoctorCheckName = (typeof DOCTOR_CHECKS)[number];

export type DoctorResult = "pass" | "warn" | "fail";

export interface DoctorCheck {
  readonly check: DoctorCheckName;
  readonly result: DoctorResult;
  /** What is so. */
  readonly message: string;
  /** What to do; absent where nothing has to be done. */
  readonly fix: string | undefined;
}

export interface DoctorReport {
  readonly at: Date;
  readonly checks: readonly DoctorCheck[];
  readonly summary: Readonly<Record<DoctorResult, number>>;
}
