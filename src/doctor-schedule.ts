import type { Schedule } from "./model/policy.ts";
import type { ScheduleFacts } from "./plan/doctor-schedule.ts";

/** The schedule in words, and when it fires next. */
export const explainSchedule = async (schedule: Schedule | undefined): Promise<ScheduleFacts | undefined> => {
  if (schedule === undefined) return undefined;
  const [{ default: cronstrue }, { default: cron }] = await Promise.all([
    import("cronstrue"),
    import("node-cron"),
  ]);
  const task = cron.createTask(schedule.cron, () => undefined, { timezone: schedule.timezone });
  try {
    const words = cronstrue.toString(schedule.cron, { use24HourTimeFormat: true, verbose: false });
    return { ...schedule, words, next: task.getNextRuns(3) };
  } finally {
    await task.destroy();
  }
};
