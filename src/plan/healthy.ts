import type { Action } from "../model/report.ts";
import { minutes } from "./words.ts";

/** What is said of a token of ours that nothing is the matter with. `renewsAt` is absent for one that never expires. */
export const healthy = (renewsAt: Date | undefined, what = "healthy; to be renewed"): Action => ({
  action: "keep",
  reason: "Healthy",
  message: renewsAt ? `${what} on ${minutes(renewsAt)}` : what,
});
