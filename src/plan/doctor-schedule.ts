import type { DoctorCheck } from "../model/doctor.ts";
import type { Schedule } from "../model/policy.ts";
import { pass } from "./doctor-check.ts";
import { inWords } from "./words.ts";

export interface ScheduleFacts extends Schedule {
  /** E.g. `At 03:17`. */
  readonly words: string;
  readonly next: readonly Date[];
}

export const judgeSchedule = (facts: ScheduleFacts | undefined): DoctorCheck => {
  if (facts === undefined) return pass("schedule", "None: only `run` needs one, and `apply` does not.");
  const { words, timezone, jitter, next } = facts;
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const later = jitter === 0 ? "" : `, each up to ${inWords(jitter)} later`;
  return pass(
    "schedule",
    `${words} (${timezone})${later}; next: ${next.map((time) => format.format(time)).join(", ")}.`,
  );
};
